#include "sanitizers/formats/xml_file.h"

#include "sanitizers/formats/text_chunks.h"
#include "sanitizers/formats/text_files.h"
#include "sanitizers/formats/xml_check.h"
#include "sanitizers/text/scrub.h"

namespace mugai::sanitize {
namespace {

struct NoSink : Sink {
  bool write(Bytes) override { return true; }
};

// Cuts ranges, counted in the whole text, out of a text that comes in pieces.
class Cutter {
 public:
  explicit Cutter(const std::vector<XmlLook::Cut>& cuts) : cuts_(cuts) {}

  std::string without(std::string_view piece) {
    std::string out;
    size_t from = 0;
    for (; next_ < cuts_.size(); ++next_) {
      const XmlLook::Cut& cut = cuts_[next_];
      if (cut.begin >= at_ + piece.size()) break;
      if (cut.begin > at_ + from) out.append(piece.substr(from, cut.begin - at_ - from));
      from = std::min(cut.end - at_, piece.size());
      if (cut.end > at_ + piece.size()) break;   // it goes on in the next piece
    }
    out.append(piece.substr(from));
    at_ += piece.size();
    return out;
  }

 private:
  const std::vector<XmlLook::Cut>& cuts_;
  size_t next_ = 0;
  size_t at_ = 0;   // where the next piece begins
};

}  // namespace

Outcome XmlFormat::sanitize(const Input& input, Sink& out, Context& context) const {
  const uint64_t limit = context.profile.limits.max_text_bytes;
  if (input.bytes.size() > limit) return Outcome::held("text-too-large");
  // Twice through: what must go can stand anywhere, and what we look at must be what we write.
  std::string whole;
  NoSink nowhere;
  const TextChunks looked = edit_text(input.bytes, input.charset, limit, nowhere, [&](std::string utf8) {
    std::string text = scrub_file(utf8).text;
    whole += text;
    return text;
  });
  if (looked.end != TextChunks::End::done) return text_problem(looked);
  const XmlLook xml = look_at_xml(whole);
  if (!xml.obstacle.empty()) return Outcome::held(std::string(xml.obstacle));

  Outcome outcome;
  const std::vector<XmlLook::Cut> none;
  Cutter cutter(xml.well_formed ? xml.cuts : none);
  const TextChunks written = edit_text(input.bytes, input.charset, limit, out, [&](std::string utf8) {
    Scrubbed scrubbed = scrub_file(utf8);
    for (const Removed& item : scrubbed.removed) count_removed(outcome.removed, item.what, item.count);
    return cutter.without(scrubbed.text);
  });
  if (written.end != TextChunks::End::done) return text_problem(written);
  if (xml.well_formed)
    for (const XmlLook::Cut& cut : xml.cuts) count_removed(outcome.removed, cut.what, 1);
  else
    outcome.reasons.push_back("not-xml");
  finish_text(written, xml.well_formed ? input.type : type_by_id("text"), outcome);
  return outcome;
}

}  // namespace mugai::sanitize
