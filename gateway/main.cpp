#include "gateway/cli/cli.h"

int main(int argc, char** argv) { return mugai::gateway::cli::run(argc, argv); }
