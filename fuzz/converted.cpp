// links: sanitizers
// What a converter answers, which a taken-over one could make into anything: pixels, words and text. However it is cut, the
// same is read; what is made of it is text without controls, or a PDF whose table leads to its objects.
#include <algorithm>
#include <cstdlib>
#include <string>

#include "sanitizers/convert/page_words.h"
#include "sanitizers/convert/pdf_methods.h"
#include "sanitizers/convert/pixmap_reader.h"
#include "sanitizers/text/scrub.h"
#include "sanitizers/text/utf8.h"

namespace {

using namespace mugai;
using namespace mugai::sanitize;

void require(bool holds) {
  if (!holds) std::abort();
}

class Scripted : public Converter {
 public:
  Scripted(Bytes text, Bytes words, Bytes pages, size_t step) : answers_{pages, text, words}, step_(step) {}
  Converted convert(const Conversion& conversion, Bytes, uint64_t max_bytes, Sink& out) override {
    const Bytes answer = answers_[static_cast<size_t>(conversion.tool)];
    if (answer.size() > max_bytes) return Converted::too_large;
    for (size_t at = 0; at < answer.size(); at += step_)
      if (!out.write(slice(answer, at, step_))) return Converted::sink_failed;
    return Converted::ok;
  }

 private:
  std::array<Bytes, 3> answers_;   // by Tool
  size_t step_;
};

struct LoneContext : Context {
  using Context::Context;
  Member sanitize_member(const Input&) override { return {Outcome::held("none"), {}, Blob(workspace)}; }
  bool hold_member(const Input&, std::string, Action) override { return true; }
  Outcome sanitize_mail(Bytes, const Input&, Sink&) override { return Outcome::held("none"); }
};

struct Made {
  std::string reason, bytes;
  bool operator==(const Made&) const = default;
};

Made make(Outcome (*method)(Bytes, Sink&, Context&), Scripted converter) {
  Profile profile;
  profile.image_text_layer = true;
  profile.max_output_bytes = 64 << 10;
  const auto workspace = Workspace::in_memory(64 << 20);
  Budget budget;
  LoneContext context(profile, budget, {}, *workspace, &converter);
  StringSink out;
  const Outcome outcome = method("%PDF-", out, context);
  if (!outcome.leaves()) return {outcome.reasons.at(0), ""};
  return {"", std::move(out.text)};
}

void check_text(const std::string& text) {
  require(text.starts_with("\xef\xbb\xbf--- 1 / ") && is_valid_utf8(text));
  require(std::none_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < ' ' && c != '\r' && c != '\n' && c != '\t'; }));
}

void check_pdf(const std::string& pdf) {
  require(pdf.starts_with("%PDF-1.5\n") && pdf.ends_with("%%EOF\n"));
  const size_t start = pdf.rfind("startxref\n");
  size_t at = std::strtoull(pdf.c_str() + start + 10, nullptr, 10);
  require(pdf.compare(at, 7, "xref\n0 ") == 0);
  const size_t count = std::strtoull(pdf.c_str() + at + 7, nullptr, 10);
  at = pdf.find('\n', at + 5) + 1;
  for (size_t i = 1; i < count; ++i) {
    const std::string line = pdf.substr(at + 20 * i, 20);
    if (line[17] != 'n') continue;
    const std::string head = std::to_string(i) + " 0 obj\n";
    require(pdf.compare(std::strtoull(line.c_str(), nullptr, 10), head.size(), head) == 0);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const Bytes input(reinterpret_cast<const char*>(data), size);
  // Words, a zero, pixels; as text it is all of it.
  const size_t zero = std::min(input.find('\0'), input.size());
  const Bytes words = input.substr(0, zero), pages = slice(input, zero + 1);
  const Made text = make(pdf_to_text, Scripted(input, words, pages, 1'000'000));
  const Made image = make(pdf_to_image, Scripted(input, words, pages, 1'000'000));
  require(text == make(pdf_to_text, Scripted(input, words, pages, 7)) && image == make(pdf_to_image, Scripted(input, words, pages, 7)));
  if (text.reason.empty()) check_text(text.bytes);
  if (image.reason.empty()) check_pdf(image.bytes);
  return 0;
}
