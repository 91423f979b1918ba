#include "tests/support/pdf_bytes.h"

#include <gtest/gtest.h>

#include <qpdf/Buffer.hh>
#include <qpdf/QPDF.hh>
#include <qpdf/QPDFWriter.hh>

namespace mugai::test {

std::string ref(int number) { return std::to_string(number) + " 0 R"; }

PdfBytes PdfBytes::one_page(const std::string& page, const std::string& catalog, const std::string& content) {
  PdfBytes pdf;
  pdf.add("<< /Type /Catalog /Pages 2 0 R " + catalog + " >>");
  pdf.add("<< /Type /Pages /Kids [3 0 R] /Count 1 /MediaBox [0 0 200 100] >>");
  pdf.add("<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> " + page + " >>");
  pdf.add_stream("", content.empty() ? "BT /F1 12 Tf 20 50 Td (Hello) Tj ET" : content);
  pdf.add("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>");
  return pdf;
}

int PdfBytes::add(const std::string& object) {
  objects_.push_back(object);
  return static_cast<int>(objects_.size());
}

int PdfBytes::add_stream(const std::string& dictionary, const std::string& data) {
  return add("<< " + dictionary + " /Length " + std::to_string(data.size()) + " >>\nstream\n" + data + "\nendstream");
}

std::string PdfBytes::file(const std::string& trailer) const {
  std::string out = "%PDF-1.7\n";
  std::vector<size_t> offsets;
  for (size_t i = 0; i < objects_.size(); ++i) {
    offsets.push_back(out.size());
    out += std::to_string(i + 1) + " 0 obj\n" + objects_[i] + "\nendobj\n";
  }
  const size_t table = out.size();
  out += "xref\n0 " + std::to_string(objects_.size() + 1) + "\n0000000000 65535 f \n";
  for (const size_t offset : offsets) {
    const std::string digits = std::to_string(offset);
    out += std::string(10 - digits.size(), '0') + digits + " 00000 n \n";
  }
  return out + "trailer\n<< /Size " + std::to_string(objects_.size() + 1) + " /Root 1 0 R " + trailer + " >>\nstartxref\n" +
         std::to_string(table) + "\n%%EOF\n";
}

// Only names of more than three letters, outside of streams: the rest would say nothing more.
std::string with_escaped_names(std::string pdf) {
  std::string out;
  bool in_stream = false;
  for (size_t at = 0; at < pdf.size();) {
    if (pdf.compare(at, 7, "stream\n") == 0) in_stream = true;
    if (pdf.compare(at, 9, "endstream") == 0) in_stream = false;
    size_t end = at + 1;
    while (pdf[at] == '/' && end < pdf.size() && std::isalnum(static_cast<unsigned char>(pdf[end]))) ++end;
    if (!in_stream && end > at + 4) {
      static constexpr char kDigits[] = "0123456789ABCDEF";
      out += '/';
      for (size_t i = at + 1; i < end; ++i) out += {'#', kDigits[static_cast<unsigned char>(pdf[i]) >> 4], kDigits[pdf[i] & 15]};
    } else {
      out.append(pdf, at, end - at);
    }
    at = end;
  }
  // Where things lie has changed: without its table the file is found by its objects.
  return out.substr(0, out.rfind("xref\n0")) + out.substr(out.rfind("trailer"));
}

namespace {

std::string written(Bytes pdf, const std::function<void(QPDFWriter&)>& configure) {
  QPDF document;
  document.setSuppressWarnings(true);
  document.processMemoryFile("given", pdf.data(), pdf.size());
  QPDFWriter writer(document);
  writer.setOutputMemory();
  writer.setStaticID(true);
  writer.setPreserveUnreferencedObjects(true);
  configure(writer);
  writer.write();
  const std::shared_ptr<Buffer> bytes = writer.getBufferSharedPointer();
  return {reinterpret_cast<const char*>(bytes->getBuffer()), bytes->getSize()};
}

}  // namespace

std::string with_object_streams(Bytes pdf) {
  return written(pdf, [](QPDFWriter& writer) { writer.setObjectStreamMode(qpdf_o_generate); });
}

std::string encrypted(Bytes pdf, const std::string& password) {
  return written(pdf, [&](QPDFWriter& writer) {
    writer.setR6EncryptionParameters(password.c_str(), "owner", true, true, true, true, true, true, qpdf_r3p_low, true);
  });
}

std::string in_second_revision(Bytes pdf, const std::string& first_page_text) {
  std::string out = PdfBytes::one_page("", "", "BT /F1 12 Tf 20 50 Td (" + first_page_text + ") Tj ET").file();
  const std::string later(pdf);
  const size_t base = out.size();
  // The objects of `pdf` again, at their new places.
  std::string table = "xref\n";
  for (size_t at = later.find(" 0 obj\n"); at != std::string::npos; at = later.find(" 0 obj\n", at + 1)) {
    const size_t start = later.rfind('\n', at) + 1;
    const std::string digits = std::to_string(base + start);
    table += later.substr(start, at - start) + " 1\n" + std::string(10 - digits.size(), '0') + digits + " 00000 n \n";
  }
  const size_t end = later.rfind("xref\n0");
  const size_t old_table = out.rfind("xref\n0");
  out += later.substr(0, end);
  const size_t new_table = out.size();
  std::string trailer = later.substr(later.rfind("trailer\n<<") + 10);
  trailer = trailer.substr(0, trailer.find(">>\nstartxref"));
  return out + table + "trailer\n<< /Prev " + std::to_string(old_table) + trailer + ">>\nstartxref\n" + std::to_string(new_table) + "\n%%EOF\n";
}

std::string look_into(Bytes pdf) {
  QPDF document;
  document.setSuppressWarnings(true);
  document.setAttemptRecovery(false);
  document.processMemoryFile("ours", pdf.data(), pdf.size());
  std::string all = document.getTrailer().unparse() + "\n";
  for (QPDFObjectHandle object : document.getAllObjects()) {
    all += object.getObjGen().unparse() + ": " + (object.isStream() ? object.getDict() : object).unparseResolved() + "\n";
    if (!object.isStream()) continue;
    QPDFObjectHandle filter = object.getDict().getKey("/Filter");
    const bool flate = filter.isName() && filter.getName() == "/FlateDecode";   // JPEG and fax data stay as they are
    const std::shared_ptr<Buffer> data = flate ? object.getStreamData(qpdf_dl_generalized) : object.getRawStreamData();
    all.append(reinterpret_cast<const char*>(data->getBuffer()), data->getSize()).append("\n");
  }
  for (const QPDFExc& warning : document.getWarnings()) ADD_FAILURE() << warning.what();
  return all;
}

}  // namespace mugai::test
