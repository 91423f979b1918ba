// Where LibreOffice works on one document: a folder in memory that nobody else sees and that is gone with it, a fresh
// profile in which macros, links and updates are off, and a keeper that stands between it and the descriptors: it alone
// reads the document from the one and writes the result to the other. Runs in the converter's child (converter_cage.h),
// in namespaces of its own, before and after its rights are dropped.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <string>

namespace mugai::gateway {

constexpr const char* kOfficeRoom = "/tmp";   // in the converter's tree

struct OfficeFiles {
  std::string document, result;   // names in the room
  std::string folder() const { return std::string(kOfficeRoom) + "/out"; }
};

// Hangs an empty folder of `user` in memory over kOfficeRoom. Files in it can be mapped as code, as its program does with
// code that it writes; none can be run. Needs the right to mount.
[[nodiscard]] bool make_office_room(uint64_t bytes, uid_t user);

// Puts the document from descriptor 0 and a profile into the room, lets `run` become the program (in a child; it does not
// return), waits, and writes what the program made to descriptor 1. The exit status for this process: 0 when all of it was
// written.
[[nodiscard]] int keep_office(const OfficeFiles& files, const std::function<void()>& run);

}  // namespace mugai::gateway
