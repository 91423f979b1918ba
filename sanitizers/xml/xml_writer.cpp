#include "sanitizers/xml/xml_writer.h"

#include <algorithm>

namespace mugai::sanitize {

namespace {

constexpr size_t kBuffer = 64 << 10;

std::string qualified(const XmlName& name) {
  if (!name.space || name.space->prefix == "x") return std::string(name.local);
  return std::string(name.space->prefix) + ":" + std::string(name.local);
}

}  // namespace

XmlWriter::XmlWriter(Sink& out) : out_(out) { buffer_ = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"; }

void XmlWriter::flush() {
  if (!failed_ && !out_.write(buffer_)) failed_ = true;
  buffer_.clear();
}

void XmlWriter::close_tag() {
  if (tag_open_) buffer_ += '>';
  tag_open_ = false;
}

// The innermost declaration of a prefix counts, for two vocabularies may share one.
void XmlWriter::declare(const Namespace* space) {
  if (!space || space->prefix == "xml") return;
  for (auto one = declared_.rbegin(); one != declared_.rend(); ++one)
    if ((*one)->prefix == space->prefix) {
      if (*one == space) return;
      break;
    }
  declared_.push_back(space);
  buffer_ += space->prefix == "x" ? " xmlns" : " xmlns:" + std::string(space->prefix);
  buffer_ += "=\"" + std::string(space->uri) + "\"";
}

void XmlWriter::start(const XmlName& name, const std::vector<XmlAttribute>& attributes, const std::vector<const Namespace*>& also) {
  close_tag();
  open_.push_back({qualified(name), declared_.size()});
  buffer_ += '<' + open_.back().name;
  declare(name.space);
  for (const XmlAttribute& attribute : attributes) declare(attribute.name.space);
  for (const Namespace* space : also) {
    const auto mine = declared_.begin() + static_cast<std::ptrdiff_t>(open_.back().declared);
    const bool taken = std::any_of(mine, declared_.end(), [&](const Namespace* one) { return one->prefix == space->prefix; });
    if (!taken) declare(space);
  }
  for (const XmlAttribute& attribute : attributes) {
    buffer_ += ' ' + qualified(attribute.name) + "=\"";
    escape(attribute.value, true);
    buffer_ += '"';
  }
  tag_open_ = true;
  if (buffer_.size() > kBuffer) flush();
}

void XmlWriter::text(std::string_view text) {
  if (open_.empty() || text.empty()) return;
  close_tag();
  escape(text, false);
  if (buffer_.size() > kBuffer) flush();
}

void XmlWriter::end() {
  if (open_.empty()) return;
  if (tag_open_) buffer_ += "/>";
  else buffer_ += "</" + open_.back().name + ">";
  tag_open_ = false;
  declared_.resize(open_.back().declared);
  open_.pop_back();
}

void XmlWriter::finish() {
  while (!open_.empty()) end();
  flush();
}

void XmlWriter::escape(std::string_view text, bool in_attribute) {
  for (const char c : text) {
    switch (c) {
      case '&': buffer_ += "&amp;"; break;
      case '<': buffer_ += "&lt;"; break;
      case '>': buffer_ += "&gt;"; break;
      case '\r': buffer_ += "&#13;"; break;
      case '"': buffer_ += in_attribute ? "&quot;" : "\""; break;
      case '\n': buffer_ += in_attribute ? "&#10;" : "\n"; break;
      case '\t': buffer_ += in_attribute ? "&#9;" : "\t"; break;
      default: buffer_ += c;
    }
  }
}

}  // namespace mugai::sanitize
