#include "gateway/worker/converter_cage.h"

#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/close_range.h>
#include <poll.h>
#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "gateway/worker/converter_protocol.h"

namespace mugai::gateway {

namespace {

constexpr uid_t kNobody = 65534;
constexpr rlim_t kMemory = 1ull << 30;      // address space; programs, fonts and one page of pixels
constexpr rlim_t kPrivate = 768ull << 20;
constexpr rlim_t kOpenFiles = 64;
// The program is run from this descriptor, and the filter lets nothing else be run. It is closed by being run, and lies
// above the number of files that may be open: nothing can ever lie there again.
constexpr int kProgram = 200;

// What a program needs that reads files, computes and writes to descriptors it has. Everything else fails.
constexpr int kAllowed[] = {
    SCMP_SYS(read), SCMP_SYS(pread64), SCMP_SYS(readv), SCMP_SYS(write), SCMP_SYS(writev), SCMP_SYS(lseek),
    SCMP_SYS(close), SCMP_SYS(fstat), SCMP_SYS(stat), SCMP_SYS(lstat), SCMP_SYS(newfstatat), SCMP_SYS(statx),
    SCMP_SYS(access), SCMP_SYS(faccessat), SCMP_SYS(faccessat2), SCMP_SYS(readlink), SCMP_SYS(readlinkat),
    SCMP_SYS(getdents64), SCMP_SYS(getcwd), SCMP_SYS(statfs), SCMP_SYS(fstatfs), SCMP_SYS(fadvise64),
    SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(madvise), SCMP_SYS(brk),
    SCMP_SYS(futex), SCMP_SYS(set_robust_list), SCMP_SYS(rseq), SCMP_SYS(set_tid_address), SCMP_SYS(arch_prctl),
    SCMP_SYS(membarrier), SCMP_SYS(sched_yield), SCMP_SYS(sched_getaffinity), SCMP_SYS(getcpu),
    SCMP_SYS(rt_sigaction), SCMP_SYS(rt_sigprocmask), SCMP_SYS(rt_sigreturn), SCMP_SYS(sigaltstack),
    SCMP_SYS(clock_gettime), SCMP_SYS(clock_getres), SCMP_SYS(gettimeofday), SCMP_SYS(time),
    SCMP_SYS(getrandom), SCMP_SYS(getpid), SCMP_SYS(gettid), SCMP_SYS(getuid), SCMP_SYS(geteuid), SCMP_SYS(getgid),
    SCMP_SYS(getegid), SCMP_SYS(getrusage), SCMP_SYS(times), SCMP_SYS(sysinfo), SCMP_SYS(uname), SCMP_SYS(getrlimit),
    SCMP_SYS(exit), SCMP_SYS(exit_group), SCMP_SYS(restart_syscall),
};

using Filter = std::unique_ptr<void, void (*)(scmp_filter_ctx)>;

Filter make_filter() {
  Filter filter(seccomp_init(SCMP_ACT_ERRNO(EPERM)), seccomp_release);
  if (!filter) return filter;
  const scmp_filter_ctx rules = filter.get();
  constexpr scmp_datum_t kWriting = O_ACCMODE | O_CREAT | O_TRUNC | (O_TMPFILE & ~O_DIRECTORY);
  int failed = 0;
  for (const int call : kAllowed) failed |= seccomp_rule_add(rules, SCMP_ACT_ALLOW, call, 0);
  failed |= seccomp_rule_add(rules, SCMP_ACT_ALLOW, SCMP_SYS(openat), 1, SCMP_A2(SCMP_CMP_MASKED_EQ, kWriting, O_RDONLY));
  failed |= seccomp_rule_add(rules, SCMP_ACT_ALLOW, SCMP_SYS(open), 1, SCMP_A1(SCMP_CMP_MASKED_EQ, kWriting, O_RDONLY));
  // Code comes from files, and is never written by the program itself.
  constexpr scmp_datum_t kRun = PROT_EXEC, kRunOrWrite = PROT_EXEC | PROT_WRITE, kAnonymous = MAP_ANONYMOUS;
  failed |= seccomp_rule_add(rules, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1, SCMP_A2(SCMP_CMP_MASKED_EQ, kRun, 0));
  failed |= seccomp_rule_add(rules, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 2, SCMP_A2(SCMP_CMP_MASKED_EQ, kRunOrWrite, PROT_EXEC),
                             SCMP_A3(SCMP_CMP_MASKED_EQ, kAnonymous, 0));
  failed |= seccomp_rule_add(rules, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1, SCMP_A2(SCMP_CMP_MASKED_EQ, kRun, 0));
  // Limits may be read and not set, but for its own two of memory, which come last (see enter()) and can only be lowered.
  failed |= seccomp_rule_add(rules, SCMP_ACT_ALLOW, SCMP_SYS(prlimit64), 1, SCMP_A2(SCMP_CMP_EQ, 0));
  for (const int memory : {RLIMIT_AS, RLIMIT_DATA})
    failed |= seccomp_rule_add(rules, SCMP_ACT_ALLOW, SCMP_SYS(prlimit64), 2, SCMP_A0(SCMP_CMP_EQ, 0),
                               SCMP_A1(SCMP_CMP_EQ, static_cast<scmp_datum_t>(memory)));
  for (const int get : {F_GETFD, F_SETFD, F_GETFL})
    failed |= seccomp_rule_add(rules, SCMP_ACT_ALLOW, SCMP_SYS(fcntl), 1, SCMP_A1(SCMP_CMP_EQ, static_cast<scmp_datum_t>(get)));
  failed |= seccomp_rule_add(rules, SCMP_ACT_ALLOW, SCMP_SYS(execveat), 2, SCMP_A0(SCMP_CMP_EQ, kProgram),
                             SCMP_A4(SCMP_CMP_EQ, AT_EMPTY_PATH));
  if (failed) filter.reset();
  return filter;
}

[[nodiscard]] bool limit(__rlimit_resource what, rlim_t value) {
  const rlimit both{value, value};
  return ::setrlimit(what, &both) == 0;
}

// Everything else of root's rights goes, for good.
void keep_capabilities(uint32_t kept) {
  for (int one = 0; ::prctl(PR_CAPBSET_READ, one, 0, 0, 0) >= 0; ++one)
    if (one >= 32 || !(kept >> one & 1)) ::prctl(PR_CAPBSET_DROP, one, 0, 0, 0);
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct data[2]{};
  data[0].effective = data[0].permitted = kept;
  ::syscall(SYS_capset, &header, data);
}

constexpr uint32_t bit(int capability) { return 1u << capability; }
// To make namespaces, to become nobody in a child, to end a child that has become somebody else.
constexpr uint32_t kHostKeeps = bit(CAP_SYS_ADMIN) | bit(CAP_SETUID) | bit(CAP_SETGID) | bit(CAP_SETPCAP) | bit(CAP_KILL);

}  // namespace

struct ConverterCage::Shared {
  bool namespaces = false, root = false;
  std::vector<Fd> programs;   // by tool; none: not installed
  std::vector<std::string> names;
  Fd landlock, nothing;       // a ruleset; /dev/null
  Fd alive_reads, alive;      // a pipe: as long as its writing end is open, so is the host
  Filter filter{nullptr, seccomp_release};
};

ConverterCage::ConverterCage(std::unique_ptr<Shared> shared) : shared_(std::move(shared)) {}
ConverterCage::ConverterCage(ConverterCage&&) noexcept = default;
ConverterCage::~ConverterCage() = default;

ConverterCage ConverterCage::make(const Programs& programs, bool with_namespaces) {
  auto shared = std::make_unique<Shared>();
  shared->nothing.reset(::open("/dev/null", O_RDWR | O_CLOEXEC));
  std::array<int, 2> alive{};
  if (::pipe2(alive.data(), O_CLOEXEC) == 0) {
    shared->alive_reads.reset(alive[0]);
    shared->alive.reset(alive[1]);
  }
  shared->namespaces = with_namespaces && enter_tree(programs);
  shared->root = ::geteuid() == 0;   // still: not in a user namespace
  shared->landlock = landlock_for(programs, shared->namespaces);
  for (size_t i = 0; i < programs.size(); ++i) {
    shared->programs.emplace_back(::open((shared->namespaces ? program_place(i) : programs[i]).c_str(), O_PATH | O_CLOEXEC));
    shared->names.push_back(programs[i].substr(programs[i].rfind('/') + 1));
  }
  shared->filter = make_filter();
  keep_capabilities(kHostKeeps);
  return ConverterCage(std::move(shared));
}

// Without namespaces it is Landlock that keeps files away, and the filter that keeps the network and other processes away.
bool ConverterCage::safe() const {
  return shared_->filter && shared_->nothing && shared_->alive && (shared_->namespaces || shared_->landlock);
}

bool ConverterCage::has_program(size_t tool) const { return tool < shared_->programs.size() && shared_->programs[tool]; }

uint32_t ConverterCage::layers() const {
  const auto layer = [](bool is_there, ConverterLayer which) { return is_there ? uint32_t{which} : 0; };
  return layer(shared_->namespaces, kLayerNamespaces) | layer(shared_->root, kLayerUser) |
         layer(bool{shared_->landlock}, kLayerLandlock) | layer(bool{shared_->filter}, kLayerSeccomp);
}

int ConverterCage::start(size_t tool, std::vector<std::string> arguments, int document, int output, uint32_t cpu_seconds,
                         Fd& process) const {
  arguments.insert(arguments.begin(), shared_->names[tool]);
  std::vector<char*> words;
  for (std::string& argument : arguments) words.push_back(argument.data());
  words.push_back(nullptr);
  int descriptor = -1;
  const unsigned long ours = shared_->namespaces ? CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS : 0;
  // Not fork(): it cannot make the namespaces of the child in one step. There is one thread, so nothing is held.
  const long child = ::syscall(SYS_clone, ours | CLONE_PIDFD | SIGCHLD, nullptr, &descriptor, nullptr, nullptr);
  if (child == 0) enter(tool, words.data(), document, output, cpu_seconds);
  if (child > 0) process.reset(descriptor);
  return static_cast<int>(child);
}

void ConverterCage::enter(size_t tool, char* const* arguments, int document, int output, uint32_t cpu_seconds) const {
  constexpr int kLost = 127;
  Shared& shared = *shared_;
  shared.alive.reset();
  if (shared.root && (::setgroups(0, nullptr) != 0 || ::setresgid(kNobody, kNobody, kNobody) != 0 ||
                      ::setresuid(kNobody, kNobody, kNobody) != 0))
    ::_exit(kLost);
  // In a user namespace of its own the process still has all rights there.
  keep_capabilities(0);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  pollfd host{shared.alive_reads.get(), POLLIN, 0};
  if (::poll(&host, 1, 0) != 0) ::_exit(kLost);   // it died before we could ask to be told

  // Above the three, so that none is overwritten before it is moved.
  const int in = ::fcntl(document, F_DUPFD, kProgram + 1), out = ::fcntl(output, F_DUPFD, kProgram + 1),
            null = ::fcntl(shared.nothing.get(), F_DUPFD, kProgram + 1);
  const int rules = shared.landlock ? ::fcntl(shared.landlock.get(), F_DUPFD, kProgram + 1) : -1;
  if (in < 0 || out < 0 || null < 0 || ::dup3(shared.programs[tool].get(), kProgram, O_CLOEXEC) != kProgram) ::_exit(kLost);
  if (::dup2(in, 0) != 0 || ::dup2(out, 1) != 1 || ::dup2(null, 2) != 2) ::_exit(kLost);

  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) ::_exit(kLost);
  if (rules >= 0 && ::syscall(SYS_landlock_restrict_self, rules, 0) != 0) ::_exit(kLost);
  if (::close_range(3, kProgram - 1, 0) != 0 || ::close_range(kProgram + 1, ~0U, 0) != 0) ::_exit(kLost);
  if (!limit(RLIMIT_CPU, cpu_seconds) || !limit(RLIMIT_FSIZE, 0) || !limit(RLIMIT_CORE, 0) || !limit(RLIMIT_NOFILE, kOpenFiles) ||
      !limit(RLIMIT_NPROC, 1) || !limit(RLIMIT_MEMLOCK, 0))
    ::_exit(kLost);
  char locale[] = "LC_ALL=C.UTF-8", path[] = "PATH=/nowhere";
  char* const environment[] = {locale, path, nullptr};
  if (::seccomp_load(shared.filter.get()) != 0) ::_exit(kLost);
  // Loading the filter asks for memory, which an instrumented build has no more of under these limits.
  if (!limit(RLIMIT_AS, kMemory) || !limit(RLIMIT_DATA, kPrivate)) ::_exit(kLost);
  ::syscall(SYS_execveat, kProgram, "", arguments, environment, AT_EMPTY_PATH);
  ::_exit(kLost);
}

}  // namespace mugai::gateway
