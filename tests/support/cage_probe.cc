// A program that stands where a converter stands and tries what a taken-over converter would try. Its document says what,
// in words; it answers on its output: "refused: WHY" or "done". Tests run it in the converter's cage. Called like an office
// suite it takes its document from a file and leaves its answer in another.
#include <dirent.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace {

std::string words;

void say(const std::string& text) { std::printf("%s", text.c_str()), std::fflush(stdout); }

bool can_open(const std::string& path, int flags) { return ::open(path.c_str(), flags, 0600) >= 0; }

bool memory(size_t bytes) {
  void* got = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return got != MAP_FAILED;
}

bool run(const char* path) {
  char* const arguments[] = {const_cast<char*>(path), nullptr};
  ::execve(path, arguments, nullptr);
  return false;
}

bool run_again(int descriptor) {
  char* const arguments[] = {const_cast<char*>("again"), nullptr};
  const int program = ::open("/usr/lib64/ld-linux-x86-64.so.2", O_RDONLY | O_CLOEXEC);
  ::fcntl(program, F_DUPFD, descriptor);
  ::dup2(program, descriptor);
  ::syscall(SYS_execveat, descriptor, "", arguments, nullptr, AT_EMPTY_PATH);
  return false;
}

bool fork_once() {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(0);
  return child > 0;
}

bool sees_processes() {
  DIR* const folder = ::opendir("/proc");
  return folder != nullptr;
}

bool code_from_data() {
  void* page = ::mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return ::mprotect(page, 4096, PROT_READ | PROT_EXEC) == 0;
}

const std::map<std::string, bool (*)()> kTries = {
    {"passwd", [] { return can_open("/etc/passwd", O_RDONLY); }},
    {"shadow", [] { return can_open("/etc/shadow", O_RDONLY); }},
    {"shell", [] { return can_open("/bin/sh", O_RDONLY) || can_open("/usr/bin/sh", O_RDONLY); }},
    {"root-folder", [] { return can_open("/root", O_RDONLY) || can_open("/home", O_RDONLY) || can_open("/var/lib", O_RDONLY); }},
    {"up", [] { return can_open("../../../../../../etc/passwd", O_RDONLY); }},
    {"write-tmp", [] { return can_open("/tmp/escaped", O_WRONLY | O_CREAT); }},
    {"write-root", [] { return can_open("/escaped", O_WRONLY | O_CREAT); }},
    {"write-fonts", [] { return can_open("/usr/share/fonts/escaped", O_WRONLY | O_CREAT) || can_open("/etc/fonts/fonts.conf", O_RDWR); }},
    {"write-cache", [] { return can_open("/var/cache/fontconfig/escaped", O_WRONLY | O_CREAT); }},
    {"unnamed", [] { return can_open("/usr/lib", O_TMPFILE | O_RDWR) || ::memfd_create("x", 0) >= 0; }},
    {"folder", [] { return ::mkdir("/tmp/escaped", 0700) == 0 || ::symlink("/etc", "/var/cache/fontconfig/x") == 0; }},
    {"document", [] { return ::write(0, "x", 1) == 1 || ::ftruncate(0, 0) == 0; }},
    {"tcp", [] { return ::socket(AF_INET, SOCK_STREAM, 0) >= 0; }},
    {"udp", [] { return ::socket(AF_INET, SOCK_DGRAM, 0) >= 0; }},
    {"local-socket", [] { return ::socket(AF_UNIX, SOCK_STREAM, 0) >= 0; }},
    {"pair", [] { int pair[2]; return ::socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0; }},
    {"fork", fork_once},
    {"thread", [] { return ::syscall(SYS_clone3, nullptr, 0) >= 0 || errno == EINVAL; }},
    {"run", [] { return run("/programs/0") || run("/usr/bin/true"); }},
    {"run-again", [] { return run_again(200); }},
    {"kill", [] { return ::kill(1, 0) == 0 || ::kill(-1, SIGKILL) == 0 || ::kill(::getppid(), 0) == 0; }},
    {"ptrace", [] { return ::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) == 0; }},
    {"peek", [] { char byte; iovec one{&byte, 1}; return ::process_vm_readv(1, &one, 1, &one, 1, 0) >= 0; }},
    {"mount", [] { return ::mount("tmpfs", "/tmp", "tmpfs", 0, nullptr) == 0 || ::mount("none", "/", nullptr, MS_REMOUNT, nullptr) == 0; }},
    {"namespace", [] { return ::unshare(CLONE_NEWUSER) == 0 || ::unshare(CLONE_NEWNS) == 0; }},
    {"root", [] { return ::geteuid() == 0 || ::setuid(0) == 0; }},
    {"processes", sees_processes},
    {"descriptors", [] { for (int fd = 3; fd < 1024; ++fd) if (::fcntl(fd, F_GETFD) >= 0) return true; return false; }},
    {"gigabyte", [] { return memory(1ull << 30); }},
    {"limits", [] { const rlimit more{RLIM_INFINITY, RLIM_INFINITY}; return ::setrlimit(RLIMIT_AS, &more) == 0; }},
    {"code", code_from_data},
    {"writable-code", [] { return ::mmap(nullptr, 4096, PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED; }},
    {"ring", [] { return ::syscall(SYS_io_uring_setup, 1, nullptr) >= 0 || errno == EFAULT; }},
    {"bpf", [] { return ::syscall(SYS_bpf, 0, nullptr, 0) >= 0; }},
    {"keys", [] { return ::syscall(SYS_keyctl, 0, 0, 0, 0, 0) >= 0; }},
    {"shared-memory", [] { return ::syscall(SYS_shmget, 0, 4096, 0600 | 01000) >= 0; }},
    // What must work, or the refusals above would prove nothing.
    {"fonts", [] { return can_open("/etc/fonts/fonts.conf", O_RDONLY); }},
    {"megabyte", [] { return memory(1 << 20); }},
};

}  // namespace

int main(int argc, char** argv) {
  if (argc > 4 && std::string(argv[argc - 3]) == "--outdir") {
    const std::string result = std::string(argv[argc - 2]) + "/document." + argv[argc - 4];
    if (!std::freopen(argv[argc - 1], "r", stdin) || !std::freopen(result.c_str(), "w", stdout)) return 3;
  }
  char buffer[4096];
  for (ssize_t count = 0; (count = ::read(0, buffer, sizeof buffer)) > 0;) words.append(buffer, static_cast<size_t>(count));
  if (words == "arguments") {
    for (int i = 0; i < argc; ++i) say(std::string(argv[i]) + "\n");
    return 0;
  }
  if (words == "tell") {
    say("user " + std::to_string(::getuid()) + " process " + std::to_string(::getpid()) + " home " + (std::getenv("HOME") ? "yes" : "no"));
    return 0;
  }
  if (words == "list-tmp") {
    std::set<std::string> names;
    DIR* const folder = ::opendir("/tmp");
    while (const dirent* entry = folder ? ::readdir(folder) : nullptr)
      if (entry->d_name[0] != '.') names.insert(entry->d_name);
    for (const std::string& name : names) say(name + " ");
    return 0;
  }
  if (words == "no-result" || words == "link-result") {
    ::unlink("/tmp/out/document.pdf");
    if (words == "link-result" && ::link("/etc/fonts/fonts.conf", "/tmp/out/document.pdf") != 0) ::rename("/tmp/out", "/tmp/elsewhere");
    return 0;
  }
  if (words == "hang") for (;;) ::pause();
  if (words == "spin") for (volatile long i = 0;;) i = i + 1;
  if (words == "crash") std::abort();
  if (words == "fail") return 1;
  if (words == "flood") for (;;) say(std::string(65536, 'x'));
  if (words == "half") {
    say("half");
    for (;;) ::pause();
  }
  const auto found = kTries.find(words);
  if (found == kTries.end()) return 2;
  errno = 0;
  const bool done = found->second();
  say(done ? "done" : std::string("refused: ") + std::strerror(errno));
  return 0;
}
