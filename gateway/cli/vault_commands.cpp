#include <unistd.h>

#include <cstdio>

#include "gateway/cli/cli.h"
#include "gateway/keep/vault.h"

namespace mugai::gateway::cli {

int vault_rotate(const std::string& config_file) {
  const Result<config::Config> config = load_config(config_file);
  if (!config) return complain(config.error(), kUsage);
  if (const Status recorded = record_act(*config, "vault.rotate", config->vault.directory, ""); !recorded)
    return complain(recorded.error(), kCouldNot);
  const Result<std::unique_ptr<Vault>> vault = Vault::open(config->vault.directory);
  if (!vault) return complain(vault.error(), kCouldNot);
  const bool terminal = ::isatty(STDERR_FILENO) == 1;
  size_t files = 0;
  const Status rotated = (*vault)->rotate([&](size_t done, size_t of) {
    files = of;
    if (terminal) std::fprintf(stderr, "\r%zu of %zu", done, of);
  });
  if (terminal && files > 0) std::fputc('\n', stderr);
  if (!rotated) return complain(rotated.error(), kCouldNot);
  std::printf("%zu files are under a new key; the old one is deleted a day after the last file that used it.\n", files);
  return kOk;
}

}  // namespace mugai::gateway::cli
