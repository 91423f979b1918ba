// The files that a converting program may see: shared libraries, fonts and their configuration, tables of characters, all
// read-only, and nothing else. Either a file system of its own that holds only these (needs namespaces), or a Landlock
// ruleset that allows reading only them. Used by the converter host at its start, before it has seen a request.
#pragma once

#include <string>
#include <vector>

#include "gateway/file.h"

namespace mugai::gateway {

// Paths of the programs, by sanitize::Tool. Where a program lies inside of the tree is in `program_place`.
using Programs = std::vector<std::string>;
std::string program_place(size_t tool);

// Moves this process into namespaces of its own and a root directory with only these files. False: the kernel or the
// rights do not allow it; the process may then be in some new namespaces and still sees all files.
[[nodiscard]] bool enter_tree(const Programs& programs);

// A ruleset that allows reading these files, and running `programs`; no TCP, no writing anywhere but below `room`, if one is
// given, where nothing can be run. `in_tree`: after enter_tree(). Empty when the kernel has no Landlock.
Fd landlock_for(const Programs& programs, bool in_tree, const char* room = nullptr);

}  // namespace mugai::gateway
