// Which system calls a converting program may make (seccomp); everything else fails with EPERM. Made by the converter host
// once, loaded by each child last before it runs its program.
#pragma once

#include <memory>

namespace mugai::gateway {

// The program is run from this descriptor, and the filter lets nothing else be run. It is closed by being run, and lies
// above the number of files that may be open: nothing can ever lie there again.
constexpr int kProgram = 200;

using Filter = std::unique_ptr<void, void (*)(void*)>;   // a scmp_filter_ctx; null: it could not be made

// For what reads files, computes and writes to descriptors that it has.
Filter make_reading_filter();

// For an office suite: threads, files of its own, local sockets to itself; no second program, no other network.
Filter make_office_filter();

}  // namespace mugai::gateway
