#include "gateway/log.h"

#include <unistd.h>

#include <ctime>

namespace mugai::gateway::log {

namespace {

constexpr size_t kLongestValue = 500;

bool is_bare(char c) { return c > ' ' && c != '"' && c != '=' && c != '\\' && c != 0x7F; }

void append_value(std::string& line, std::string_view untrusted) {
  const std::string_view value = untrusted.substr(0, kLongestValue);
  bool bare = !value.empty();
  for (const char c : value) bare = bare && is_bare(c);
  if (bare) {
    line.append(value);
    return;
  }
  line.push_back('"');
  for (const char c : value) {
    if (c == '"' || c == '\\') line.push_back('\\');
    line.push_back((static_cast<unsigned char>(c) < ' ' || c == 0x7F) ? ' ' : c);
  }
  line.push_back('"');
}

void emit(std::string_view level, std::string_view event, Fields fields) {
  std::timespec now{};
  std::timespec_get(&now, TIME_UTC);
  std::tm utc{};
  ::gmtime_r(&now.tv_sec, &utc);
  std::array<char, 40> time{};
  const size_t length = std::strftime(time.data(), time.size(), "%Y-%m-%dT%H:%M:%S", &utc);
  std::array<char, 8> milliseconds{};
  std::snprintf(milliseconds.data(), milliseconds.size(), ".%03dZ ", static_cast<int>(now.tv_nsec / 1'000'000));
  const std::string line =
      std::string(time.data(), length) + milliseconds.data() + format(level, event, fields) + "\n";
  [[maybe_unused]] const ssize_t ignored = ::write(STDERR_FILENO, line.data(), line.size());
}

}  // namespace

std::string format(std::string_view level, std::string_view event, Fields fields) {
  std::string line(level);
  line.push_back(' ');
  line.append(event);
  for (const auto& [key, value] : fields) {
    line.push_back(' ');
    line.append(key);
    line.push_back('=');
    append_value(line, value);
  }
  return line;
}

void info(std::string_view event, Fields fields) { emit("info", event, fields); }
void warning(std::string_view event, Fields fields) { emit("warning", event, fields); }
void error(std::string_view event, Fields fields) { emit("error", event, fields); }

}  // namespace mugai::gateway::log
