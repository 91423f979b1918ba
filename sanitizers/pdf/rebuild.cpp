#include "sanitizers/pdf/rebuild.h"

#include <qpdf/QPDFExc.hh>
#include <qpdf/QPDFWriter.hh>

#include <new>

#include "sanitizers/link_summary.h"
#include "sanitizers/pdf/annotations.h"
#include "sanitizers/pdf/census.h"
#include "sanitizers/pdf/content.h"
#include "sanitizers/pdf/optional_content.h"
#include "sanitizers/pdf/outline.h"
#include "sanitizers/pdf/signatures.h"
#include "sanitizers/pdf/structure.h"
#include "sanitizers/pdf/values.h"

namespace mugai::sanitize::pdf {

namespace {



// Opens with no password, then with each that was given. Null: none fits.
std::unique_ptr<QPDF> open(Bytes file, std::span<const std::string> passwords) {
  for (size_t i = 0; i <= passwords.size(); ++i) {
    auto document = std::make_unique<QPDF>();
    document->setSuppressWarnings(true);
    document->setAttemptRecovery(true);
    try {
      document->processMemoryFile("document", file.data(), file.size(), i == 0 ? nullptr : passwords[i - 1].c_str());
      return document;
    } catch (const QPDFExc& failure) {
      if (failure.getErrorCode() != qpdf_e_password) throw;
    }
  }
  return nullptr;
}

// A file without its end has lost what names its catalog: readers look for one, libqpdf does not. Empty when there is none.
std::string with_trailer(Bytes file) {
  for (size_t at = file.rfind("/Catalog"); at != Bytes::npos && at > 0; at = file.rfind("/Catalog", at - 1)) {
    const size_t object = file.rfind(" obj", at);
    if (object == Bytes::npos) break;
    const Bytes before = file.substr(0, object);
    const size_t generation = before.find_last_not_of("0123456789"), number_end = generation == Bytes::npos ? Bytes::npos : before.find_last_not_of(' ', generation);
    if (number_end == Bytes::npos || generation + 1 == object) continue;
    const size_t number = before.find_last_not_of("0123456789", number_end) + 1;
    if (number > number_end || number_end + 1 - number > 8 || object - generation > 6) continue;
    return std::string(file) + "\ntrailer\n<< /Root " + std::string(before.substr(number)) + " R >>\n%%EOF\n";
  }
  return {};
}

class Rebuild {
 public:
  Rebuild(QPDF& source, const Input& input, Context& context) : source_(source), file_(input.bytes), name_(input.name), context_(context), copier_(source, target_, context, tally_) {
    target_.emptyPDF();
    target_.setSuppressWarnings(true);
  }

  Outcome run(Sink& out) {
    const std::vector<Removed> signatures = signatures_in(source_);
    if (!signatures.empty() && context_.profile.signed_documents != SignedDocuments::rebuild) {
      Outcome outcome = Outcome::held("signed-document");
      outcome.removed = signatures;
      return outcome;
    }
    count_what_goes(source_, file_, tally_);
    std::vector<Page> pages = pages_of(source_, context_.profile.limits.max_document_pages);
    if (pages.empty()) return Outcome::held("damaged-pdf");
    for (Page& page : pages) page.ours = target_.makeIndirectObject(Handle::newDictionary());
    const Destinations destinations(source_, pages);
    Annotations annotations(copier_, source_, destinations);
    std::vector<std::vector<Drawing>> drawings;
    for (Page& page : pages) {
      begin_page(page);
      drawings.push_back(annotations.take(page));
    }
    write_catalog(destinations);
    copier_.run();
    for (size_t i = 0; i < pages.size(); ++i) {
      finish_page(pages[i], drawings[i]);
      target_.addPage(pages[i].ours, false);
    }
    write(out);
    Outcome outcome;
    outcome.removed = tally_.list();
    outcome.removed.insert(outcome.removed.end(), signatures.begin(), signatures.end());
    outcome.kind = outcome.removed.empty() && outcome.reasons.empty() ? Outcome::Kind::clean : Outcome::Kind::altered;
    outcome.action = Action::rebuilt;
    outcome.method = 3;
    outcome.type_out = type_by_id("pdf");
    outcome.summary = link_summary(name_, annotations.targets(), context_.profile.urls);
    return outcome;
  }

 private:
  void begin_page(Page& page) {
    copier_.copy_keys(page.from, page.ours, Shape::page);
    page.ours.replaceKey("/Type", Handle::newName("/Page"));
    const auto give = [&](const char* key, Handle value, Shape shape) {
      if (const std::optional<Handle> copied = copier_.copy(value, shape)) page.ours.replaceKey(key, *copied);
    };
    give("/MediaBox", page.media_box, Shape::numbers);
    give("/CropBox", page.crop_box, Shape::numbers);
    give("/Rotate", page.rotate, Shape::integer);
    give("/Resources", page.resources, Shape::resources);
    if (!page.ours.getKey("/MediaBox").isRectangle()) page.ours.replaceKey("/MediaBox", Handle::parse("[0 0 612 792]"));   // what readers assume
    if (!page.ours.hasKey("/Resources")) page.ours.replaceKey("/Resources", Handle::newDictionary());
  }

  // The page's own content, isolated when something is drawn over it.
  void finish_page(Page& page, const std::vector<Drawing>& drawings) {
    std::string over;
    if (!drawings.empty()) over = add_drawings(page, drawings);
    std::vector<Handle> streams;
    Handle contents = page.from.getKey("/Contents");
    if (contents.isStream()) streams.push_back(contents);
    if (contents.isArray())
      for (Handle one : contents.aitems())
        if (one.isStream()) streams.push_back(one);
    page.ours.replaceKey("/Contents", copier_.new_stream([this, streams, over](Pipeline* out) {
      StringSink own;
      ToSink to_own(own);
      write_program(streams, Language::content, copier_.allowance(), tally_, to_own);
      if (!over.empty()) out->writeCStr("q\n");
      out->writeString(own.text);
      if (!over.empty()) out->writeString("Q\n" + over);
      out->finish();
    }));
  }

  // Their names in the page's resources, which other pages may share.
  std::string add_drawings(Page& page, const std::vector<Drawing>& drawings) {
    Handle resources = page.ours.getKey("/Resources").shallowCopy();
    Handle objects = resources.getKey("/XObject").isDictionary() ? resources.getKey("/XObject").shallowCopy() : Handle::newDictionary();
    std::vector<std::string> names;
    size_t number = 0;
    for (const Drawing& drawing : drawings) {
      std::string name;
      do name = "/Over" + std::to_string(++number);
      while (objects.hasKey(name));
      objects.replaceKey(name, drawing.form);
      names.push_back(name);
    }
    resources.replaceKey("/XObject", objects);
    page.ours.replaceKey("/Resources", resources);
    Handle rotate = page.ours.getKey("/Rotate");
    return drawing_operators(drawings, names, rotate.isInteger() ? static_cast<int>(rotate.getIntValue() % 360) : 0);
  }

  void write_catalog(const Destinations& destinations) {
    Handle from = source_.getRoot(), ours = target_.getRoot();
    if (const auto labels = copy_page_labels(from.getKey("/PageLabels"))) ours.replaceKey("/PageLabels", *labels);
    if (const auto outline = copy_outline(copier_, from.getKey("/Outlines"), destinations)) ours.replaceKey("/Outlines", *outline);
    if (const auto layers = copy_optional_content(copier_, from.getKey("/OCProperties"))) ours.replaceKey("/OCProperties", *layers);
    if (const auto structure = copy_structure(copier_, from.getKey("/StructTreeRoot"), destinations)) {
      ours.replaceKey("/StructTreeRoot", *structure);
      ours.replaceKey("/MarkInfo", Handle::parse("<< /Marked true >>"));
    }
    if (const auto language = copy_value(from.getKey("/Lang"), Shape::string)) ours.replaceKey("/Lang", *language);
    if (const auto layout = copy_value(from.getKey("/PageLayout"), Shape::name)) ours.replaceKey("/PageLayout", *layout);
    Handle mode = from.getKey("/PageMode");
    for (const char* known : {"/UseNone", "/UseOutlines", "/UseThumbs", "/FullScreen", "/UseOC"})
      if (mode.isName() && mode.getName() == known) ours.replaceKey("/PageMode", Handle::newName(known));
  }

  void write(Sink& out) {
    ToSink to_out(out);
    QPDFWriter writer(target_);
    writer.setOutputPipeline(&to_out);
    writer.setObjectStreamMode(qpdf_o_generate);
    writer.setDeterministicID(true);
    writer.setMinimumPDFVersion(minimum_version());
    writer.write();
  }

  // Features belong to versions; ours is at least what the file says, and object streams ask for 1.5.
  std::string minimum_version() const {
    const std::string given = source_.getPDFVersion();
    for (const char* known : {"1.6", "1.7", "2.0"})
      if (given == known) return known;
    return "1.5";
  }

  QPDF& source_;
  Bytes file_;
  const std::string& name_;
  Context& context_;
  QPDF target_;
  Tally tally_;
  Copier copier_;
};

}  // namespace

Outcome rebuild_pdf(const Input& input, Sink& out, Context& context) {
  try {
    std::string mended;
    std::unique_ptr<QPDF> source;
    try {
      source = open(input.bytes, context.passwords);
    } catch (const QPDFExc& failure) {
      if (failure.getErrorCode() != qpdf_e_damaged_pdf || (mended = with_trailer(input.bytes)).empty()) throw;
      source = open(mended, context.passwords);
    }
    if (!source) return Outcome::held("encrypted", Action::locked);
    return Rebuild(*source, input, context).run(out);
  } catch (const OverLimit& limit) {
    return Outcome::held(std::string(limit.reason));
  } catch (const SinkFailed&) {
    return Outcome::failed("workspace");
  } catch (const QPDFExc& failure) {
    return Outcome::held(failure.getErrorCode() == qpdf_e_unsupported ? "unsupported-encryption" : "damaged-pdf");
  } catch (const std::bad_alloc&) {
    return Outcome::held("expands-too-much");
  } catch (const std::exception&) {
    return Outcome::held("damaged-pdf");
  }
}

}  // namespace mugai::sanitize::pdf
