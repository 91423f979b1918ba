#include "tests/support/rebuild.h"

#include <stdexcept>

#include "sanitizers/formats/archive_handle.h"
#include "sanitizers/mime/flatten.h"
#include "sanitizers/mime/transfer.h"

namespace mugai::test {

const sanitize::Identifier& identifier() {
  static const std::unique_ptr<sanitize::Identifier> loaded = [] {
    sanitize::init_archives();
    sanitize::init_mime();
    sanitize::init_images();
    auto result = sanitize::Identifier::load();
    if (!result) throw std::runtime_error(result.error().text);
    return std::move(*result);
  }();
  return *loaded;
}

Rebuilt rebuild(const std::string& message, const Profile& profile, const std::string& id,
                const std::vector<std::string>& passwords) {
  const auto workspace = sanitize::Workspace::in_memory();
  KeptPieces held;
  StringSink out;
  const sanitize::Tools tools{identifier(), *workspace, held};
  auto report = sanitize::rebuild_message(message, profile, {id, "gw.example", "", passwords}, tools, out);
  if (!report) throw std::runtime_error(report.error().text);
  return {std::move(out.text), std::move(*report), std::move(held.pieces)};
}

RebuiltFile rebuild_file(const std::string& bytes, const std::string& name, const Profile& profile,
                         const std::vector<std::string>& passwords) {
  const auto workspace = sanitize::Workspace::in_memory(profile.limits.max_expanded_bytes * 4);
  KeptPieces held;
  StringSink out;
  const sanitize::Tools tools{identifier(), *workspace, held};
  auto report = sanitize::rebuild_file(bytes, profile, {"TEST-1", name, passwords}, tools, out);
  if (!report) throw std::runtime_error(report.error().text);
  return {std::move(out.text), std::move(*report), std::move(held.pieces)};
}

std::string Rebuilt::body() const {
  const sanitize::Structure structure = sanitize::parse_structure(message, Limits());
  const sanitize::Part& root = structure.root;
  const sanitize::Part& part = root.children.empty() ? root : root.children.front();
  StringSink out;
  sanitize::TransferFacts facts;
  if (!sanitize::decode_content(part, out, facts)) return {};
  std::string text;
  for (const char c : out.text)
    if (c != '\r') text.push_back(c);
  return text;
}

std::string crlf(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\n') out.push_back('\r');
    out.push_back(c);
  }
  return out;
}

}  // namespace mugai::test
