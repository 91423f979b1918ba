// The cage of a program that reads one document: its own processes, network and names, the few read-only files of
// converter_tree.h, no way to write but the two descriptors it is given, no second program, bounded memory, processor time
// and files. Made by the converter host in two steps: what all children share, once; then, in each child, the way in.
// What cannot be had makes the converter unavailable, except that namespaces may be missing where Landlock stands in.
#pragma once

#include <memory>

#include "gateway/worker/converter_tree.h"
#include "gateway/worker/office_room.h"

namespace mugai::gateway {

struct CagedRun {
  size_t tool = 0;
  std::vector<std::string> arguments;   // behind the program's name
  int document = -1, output = -1;       // descriptors; stay the caller's
  uint32_t cpu_seconds = 0;
  OfficeFiles files = {};               // empty names: the program reads the one descriptor and writes the other itself
};

class ConverterCage {
 public:
  // Leaves the files and the network of the machine behind: for the process that will only start children.
  // `with_namespaces` false is for testing the other way.
  static ConverterCage make(const Programs& programs, bool with_namespaces = true);
  ConverterCage(ConverterCage&&) noexcept;
  ~ConverterCage();

  bool safe() const;                    // false: nothing may be run
  bool has_program(size_t tool) const;
  bool has_room() const;                // for programs that need files of their own
  uint32_t layers() const;              // see converter_protocol.h

  // Starts a program; -1 when that could not be. `process` is a descriptor that becomes readable when it has ended.
  int start(const CagedRun& run, Fd& process) const;

 private:
  struct Shared;
  explicit ConverterCage(std::unique_ptr<Shared> shared);
  [[noreturn]] void enter(const CagedRun& run, char* const* arguments) const;
  [[nodiscard]] bool drop_rights() const;
  void become_program(const CagedRun& run, char* const* arguments) const;   // returns only when that failed
  std::unique_ptr<Shared> shared_;
};

}  // namespace mugai::gateway
