#include "gateway/worker/office_room.h"

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "gateway/file.h"

namespace mugai::gateway {

namespace {

// It has just written its profile and wants to begin again with it.
constexpr int kStartMeAgain = 81;
constexpr int kMostStarts = 3;

// Nothing runs, nothing is fetched, nothing is asked. A4 and Japanese where a document says nothing.
constexpr std::string_view kProfile =
    R"(<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema">
<item oor:path="/org.openoffice.Setup/L10N"><prop oor:name="ooSetupSystemLocale" oor:op="fuse"><value>ja-JP</value></prop></item>
<item oor:path="/org.openoffice.Setup/Office"><prop oor:name="ooSetupInstCompleted" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Linguistic/General"><prop oor:name="DefaultLocale_CJK" oor:op="fuse"><value>ja-JP</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop><prop oor:name="MacroSecurityLevel" oor:op="fuse"><value>3</value></prop><prop oor:name="DisableActiveContent" oor:op="fuse"><value>true</value></prop><prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Load"><prop oor:name="UserDefinedSettings" oor:op="fuse"><value>false</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Filter/Microsoft/Import"><prop oor:name="ImportWWFieldsAsEnhancedFields" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Writer/Filter/Import/VBA"><prop oor:name="Load" oor:op="fuse"><value>false</value></prop><prop oor:name="Save" oor:op="fuse"><value>false</value></prop></item>
<item oor:path="/org.openoffice.Office.Calc/Filter/Import/VBA"><prop oor:name="Load" oor:op="fuse"><value>false</value></prop><prop oor:name="Save" oor:op="fuse"><value>false</value></prop></item>
<item oor:path="/org.openoffice.Office.Impress/Filter/Import/VBA"><prop oor:name="Load" oor:op="fuse"><value>false</value></prop><prop oor:name="Save" oor:op="fuse"><value>false</value></prop></item>
<item oor:path="/org.openoffice.Office.Writer/Content/Update"><prop oor:name="Link" oor:op="fuse"><value>0</value></prop></item>
<item oor:path="/org.openoffice.Office.Calc/Content/Update"><prop oor:name="Link" oor:op="fuse"><value>1</value></prop></item>
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>1</value></prop><prop oor:name="ODFRecalcMode" oor:op="fuse"><value>1</value></prop></item>
</oor:items>
)";

std::string in_room(std::string_view name) { return std::string(kOfficeRoom) + "/" + std::string(name); }

bool write_file(const std::string& path, std::string_view text) {
  const Fd file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  return file && write_all(file.get(), text);
}

// True at the end of `from`.
bool copy(int from, int to) {
  std::array<char, 64 << 10> buffer;
  for (;;) {
    const ssize_t got = ::read(from, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return got == 0;
    if (!write_all(to, {buffer.data(), static_cast<size_t>(got)})) return false;
  }
}

bool furnish(const OfficeFiles& files) {
  for (const char* folder : {"profile", "profile/user", "out"})
    if (::mkdir(in_room(folder).c_str(), 0700) != 0) return false;
  if (!write_file(in_room("profile/user/registrymodifications.xcu"), kProfile)) return false;
  const Fd document(::open(in_room(files.document).c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  return document && copy(0, document.get());
}

// Whoever wrote the result may have put a link, a pipe or a folder in its place.
bool hand_over(const OfficeFiles& files) {
  const Fd result(::open((files.folder() + "/" + files.result).c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  struct stat status {};
  return result && ::fstat(result.get(), &status) == 0 && S_ISREG(status.st_mode) && copy(result.get(), 1);
}

}  // namespace

bool make_office_room(uint64_t bytes, uid_t user) {
  const std::string id = std::to_string(user);
  const std::string options = "mode=700,uid=" + id + ",gid=" + id + ",size=" + std::to_string(bytes);
  return ::mount("tmpfs", kOfficeRoom, "tmpfs", MS_NOSUID | MS_NODEV, options.c_str()) == 0;
}

int keep_office(const OfficeFiles& files, const std::function<void()>& run) {
  if (!furnish(files)) return 1;
  int status = 0;
  for (int start = 0; start < kMostStarts; ++start) {
    const pid_t office = ::fork();
    if (office < 0) return 1;
    if (office == 0) {
      run();
      ::_exit(127);
    }
    while (::waitpid(office, &status, 0) < 0 && errno == EINTR) {
    }
    if (!WIFEXITED(status) || WEXITSTATUS(status) != kStartMeAgain) break;
  }
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) return WIFEXITED(status) && WEXITSTATUS(status) == 127 ? 127 : 1;
  return hand_over(files) ? 0 : 1;
}

}  // namespace mugai::gateway
