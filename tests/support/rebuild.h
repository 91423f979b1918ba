// One message through the pipeline, in this process: what the tests of the pipeline and its fuzzer share.
#pragma once

#include <string>
#include <vector>

#include "sanitizers/formats/images.h"
#include "sanitizers/mime/pipeline.h"
#include "sanitizers/mime/structure.h"

namespace mugai::test {

class KeptPieces : public sanitize::HeldSink {
 public:
  bool keep(const sanitize::Item& item, Bytes bytes) override {
    pieces.emplace_back(item.path, std::string(bytes));
    return true;
  }
  std::vector<std::pair<std::string, std::string>> pieces;
};

struct Rebuilt {
  std::string message;
  sanitize::Report report;
  std::vector<std::pair<std::string, std::string>> held;

  const sanitize::Item* item(std::string_view path) const {
    for (const sanitize::Item& one : report.items)
      if (one.path == path) return &one;
    return nullptr;
  }
  // The body, decoded by our own decoders: good enough to look at words; real readers look in tests/e2e.
  std::string body() const;
  std::vector<std::string> attachment_names() const {
    std::vector<std::string> names;
    for (const sanitize::Item& one : report.items)
      if (!one.output_name.empty()) names.push_back(one.output_name);
    return names;
  }
};

const sanitize::Identifier& identifier();

Rebuilt rebuild(const std::string& message, const Profile& profile = {}, const std::string& id = "TEST-1",
                const std::vector<std::string>& passwords = {});

struct RebuiltFile {
  std::string bytes;   // empty when nothing left
  sanitize::Report report;
  std::vector<std::pair<std::string, std::string>> held;

  bool left() const { return !report.items.empty() && !report.items.front().output_name.empty(); }
  const sanitize::Item& item() const { return report.items.front(); }
  const sanitize::Item* item(std::string_view path) const {
    for (const sanitize::Item& one : report.items)
      if (one.path == path) return &one;
    return nullptr;
  }
};

// One file, as `mugai file` treats it.
RebuiltFile rebuild_file(const std::string& bytes, const std::string& name, const Profile& profile = {},
                         const std::vector<std::string>& passwords = {});

// LF to CRLF, so that tests can be written as raw strings.
std::string crlf(std::string_view text);

}  // namespace mugai::test
