// The cage that a worker locks itself into before it sees a foreign byte: no network, no opening of files, no new
// programs, no new privileges, bounded memory, files and processes. Deny by default. Layers that the kernel lacks
// (Landlock, namespaces) or that need rights we have not (another user) are skipped and named; seccomp, rlimits and
// no_new_privs are required. Irreversible.
#pragma once

#include <string>
#include <vector>

#include "config/base/limits.h"
#include "config/base/result.h"

namespace mugai::gateway {

struct Cage {
  std::vector<std::string> layers;   // what is in force: "rlimits", "user", "namespaces", "landlock", "seccomp"
};

// Everything that opens files (libmagic's database, libvips' modules, time zones) must have been loaded before.
Result<Cage> enter_cage(const Limits& limits);

// What a caged process must not be able to do: "open", "socket", "exec", "fork", "kill", "ptrace", "memory". Tries it;
// true when it was refused. (A refusal may also end the process by SIGSYS.) For tests from inside.
bool is_refused(const std::string& forbidden);

}  // namespace mugai::gateway
