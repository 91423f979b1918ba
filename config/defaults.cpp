#include "config/defaults.h"

namespace mugai::config {
namespace {

// A path as a TOML basic string (toml.io §String).
std::string quoted(std::string_view text) {
  constexpr char kHex[] = "0123456789abcdef";
  std::string result = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\')
      result.append({'\\', c});
    else if (byte < 0x20 || byte == 0x7f)
      result.append("\\u00").append({kHex[byte >> 4], kHex[byte & 15]});
    else
      result.push_back(c);
  }
  return result + "\"";
}

}  // namespace

std::string default_config(std::string_view state_directory, uint16_t internet_port, uint16_t lgwan_port,
                           uint16_t console_port) {
  const std::string state(state_directory);
  return "# Mugai, for trying out: mail to anything@lgwan.example sent to port " + std::to_string(internet_port) +
         " is made harmless.\n"
         "[node]\n"
         "hostname = \"mugai.localhost\"\n"
         "state    = " +
         quoted(state) +
         "\n"
         "\n"
         "[[zone]]\n"
         "name     = \"internet\"\n"
         "listen   = [\"127.0.0.1:" + std::to_string(internet_port) + "\"]\n"
         "domains  = [\"*\"]\n"
         "next_hop = " +
         quoted("maildir:" + state + "/mail/internet") +
         "\n"
         "\n"
         "[[zone]]\n"
         "name     = \"lgwan\"\n"
         "listen   = [\"127.0.0.1:" + std::to_string(lgwan_port) + "\"]\n"
         "domains  = [\"lgwan.example\", \".lg.jp\"]\n"
         "next_hop = " +
         quoted("maildir:" + state + "/mail/lgwan") +
         "\n"
         "\n"
         "[[flow]]\n"
         "from     = \"internet\"\n"
         "to       = \"lgwan\"\n"
         "profile  = \"sanitize\"\n"
         "\n"
         "[[flow]]\n"
         "from     = \"lgwan\"\n"
         "to       = \"internet\"\n"
         "profile  = \"relay\"\n" +
         (console_port == 0 ? std::string()
                            : "\n[console]\nlisten   = \"127.0.0.1:" + std::to_string(console_port) + "\"\n");
}

}  // namespace mugai::config
