// The words and options of `mugai user`, which are many. What they do is in user_commands.cpp and token_commands.cpp.
#pragma once

namespace CLI {
class App;
}

namespace mugai::gateway::cli {

// `status` must outlive the parsing.
void add_user_commands(CLI::App& app, int& status);

}  // namespace mugai::gateway::cli
