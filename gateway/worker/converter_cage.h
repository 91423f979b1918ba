// The cage of a program that reads one document: its own processes, network and names, the few read-only files of
// converter_tree.h, no way to write but the two descriptors it is given, no second program, bounded memory, processor time
// and files. Made by the converter host in two steps: what all children share, once; then, in each child, the way in.
// What cannot be had makes the converter unavailable, except that namespaces may be missing where Landlock stands in.
#pragma once

#include <memory>

#include "gateway/worker/converter_tree.h"

namespace mugai::gateway {

class ConverterCage {
 public:
  // Leaves the files and the network of the machine behind: for the process that will only start children.
  // `with_namespaces` false is for testing the other way.
  static ConverterCage make(const Programs& programs, bool with_namespaces = true);
  ConverterCage(ConverterCage&&) noexcept;
  ~ConverterCage();

  bool safe() const;                    // false: nothing may be run
  bool has_program(size_t tool) const;
  uint32_t layers() const;              // see converter_protocol.h

  // Starts `tool` with `arguments` (and its name in front) on these descriptors; -1 when that could not be. `process` is
  // a descriptor that becomes readable when it has ended.
  int start(size_t tool, std::vector<std::string> arguments, int document, int output, uint32_t cpu_seconds, Fd& process) const;

 private:
  struct Shared;
  explicit ConverterCage(std::unique_ptr<Shared> shared);
  [[noreturn]] void enter(size_t tool, char* const* arguments, int document, int output, uint32_t cpu_seconds) const;
  std::unique_ptr<Shared> shared_;
};

}  // namespace mugai::gateway
