#include "gateway/worker/cage.h"

#include <fcntl.h>
#include <grp.h>
#include <linux/landlock.h>
#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include "gateway/file.h"

namespace mugai::gateway {

namespace {

#if defined(__SANITIZE_ADDRESS__)
constexpr bool kAddressSanitizer = true;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
constexpr bool kAddressSanitizer = true;
#else
constexpr bool kAddressSanitizer = false;
#endif
#else
constexpr bool kAddressSanitizer = false;
#endif

constexpr uid_t kNobody = 65534;

[[nodiscard]] bool limit(__rlimit_resource what, rlim_t value) {
  const rlimit both{value, value};
  return ::setrlimit(what, &both) == 0;
}

constexpr rlim_t kMostPrivateBytes = 640ull << 20;

Status set_limits(const Limits& limits) {
  // AddressSanitizer reserves terabytes of address space.
  if (!kAddressSanitizer && !limit(RLIMIT_AS, limits.max_worker_memory_bytes))
    return io_error("cage.rlimits", "cannot limit a worker's memory");
  // What decoders allocate, without mapped files: a few hostile bytes can make an archive library want a gigabyte.
  if (!kAddressSanitizer && !limit(RLIMIT_DATA, std::min<rlim_t>(limits.max_worker_memory_bytes, kMostPrivateBytes)))
    return io_error("cage.rlimits", "cannot limit a worker's memory");
  // Scratch holds pieces decoded, unpacked, rebuilt and packed again.
  const rlim_t largest_file = 4 * limits.max_expanded_bytes;
  if (!limit(RLIMIT_FSIZE, largest_file) || !limit(RLIMIT_NOFILE, 64) || !limit(RLIMIT_CORE, 0))
    return io_error("cage.rlimits", "cannot limit a worker's files");
  return Ok{};
}

// Its own empty network; as an ordinary user that takes a user namespace.
bool leave_network() {
  if (::geteuid() == 0) return ::unshare(CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS) == 0;
  return ::unshare(CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS) == 0;
}

bool become_nobody() {
  if (::geteuid() != 0) return false;
  return ::setgroups(0, nullptr) == 0 && ::setresgid(kNobody, kNobody, kNobody) == 0 &&
         ::setresuid(kNobody, kNobody, kNobody) == 0;
}

// A ruleset that handles every access to the file system and allows none.
bool close_file_system() {
  const long abi = ::syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION);
  if (abi < 1) return false;
  struct {
    uint64_t handled_access_fs = 0;
  } attributes;
  // Version 1 knows 13 rights, 2 adds REFER, 3 TRUNCATE, 5 IOCTL_DEV: each further bit is known from its version on.
  attributes.handled_access_fs = (1ull << 13) - 1;
  if (abi >= 2) attributes.handled_access_fs |= 1ull << 13;
  if (abi >= 3) attributes.handled_access_fs |= 1ull << 14;
  if (abi >= 5) attributes.handled_access_fs |= 1ull << 15;
  const Fd ruleset(static_cast<int>(::syscall(SYS_landlock_create_ruleset, &attributes, sizeof attributes, 0)));
  return ruleset && ::syscall(SYS_landlock_restrict_self, ruleset.get(), 0) == 0;
}

// Calls that a parser of bytes needs. Everything else ends the process, but for the list below.
constexpr int kAllowed[] = {
    SCMP_SYS(read), SCMP_SYS(write), SCMP_SYS(pread64), SCMP_SYS(pwrite64), SCMP_SYS(readv), SCMP_SYS(writev),
    SCMP_SYS(lseek), SCMP_SYS(fstat), SCMP_SYS(ftruncate), SCMP_SYS(close), SCMP_SYS(fcntl), SCMP_SYS(dup),
    SCMP_SYS(recvmsg), SCMP_SYS(sendmsg), SCMP_SYS(poll), SCMP_SYS(ppoll), SCMP_SYS(pipe2), SCMP_SYS(eventfd2),
    SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(madvise), SCMP_SYS(brk),
    SCMP_SYS(futex), SCMP_SYS(set_robust_list), SCMP_SYS(rseq), SCMP_SYS(set_tid_address), SCMP_SYS(membarrier),
    SCMP_SYS(sched_yield), SCMP_SYS(sched_getaffinity), SCMP_SYS(getcpu),
    SCMP_SYS(rt_sigaction), SCMP_SYS(rt_sigprocmask), SCMP_SYS(rt_sigreturn), SCMP_SYS(sigaltstack),
    SCMP_SYS(clock_gettime), SCMP_SYS(clock_nanosleep), SCMP_SYS(nanosleep), SCMP_SYS(gettimeofday), SCMP_SYS(time),
    SCMP_SYS(getrandom), SCMP_SYS(getpid), SCMP_SYS(gettid), SCMP_SYS(getuid), SCMP_SYS(geteuid), SCMP_SYS(getgid),
    SCMP_SYS(getegid), SCMP_SYS(getrusage), SCMP_SYS(times), SCMP_SYS(sysinfo), SCMP_SYS(uname),
    SCMP_SYS(exit), SCMP_SYS(exit_group), SCMP_SYS(restart_syscall),
};

// Libraries try these and live with a refusal: a missing optional file is no reason to die.
constexpr int kRefused[] = {
    SCMP_SYS(open), SCMP_SYS(openat), SCMP_SYS(openat2), SCMP_SYS(creat), SCMP_SYS(stat), SCMP_SYS(lstat),
    SCMP_SYS(newfstatat), SCMP_SYS(statx), SCMP_SYS(access), SCMP_SYS(faccessat), SCMP_SYS(faccessat2),
    SCMP_SYS(readlink), SCMP_SYS(readlinkat), SCMP_SYS(getdents64), SCMP_SYS(getcwd), SCMP_SYS(ioctl),
    SCMP_SYS(socket), SCMP_SYS(connect), SCMP_SYS(unlink), SCMP_SYS(unlinkat), SCMP_SYS(mkdir), SCMP_SYS(rename),
    SCMP_SYS(prlimit64), SCMP_SYS(getrlimit), SCMP_SYS(sched_setscheduler), SCMP_SYS(sched_getparam),
    SCMP_SYS(sched_getscheduler), SCMP_SYS(sched_setaffinity), SCMP_SYS(statfs), SCMP_SYS(fstatfs),
    SCMP_SYS(setpriority), SCMP_SYS(getpriority), SCMP_SYS(getppid),
};

Status close_system_calls() {
  const std::unique_ptr<void, void (*)(scmp_filter_ctx)> filter(seccomp_init(SCMP_ACT_KILL_PROCESS), seccomp_release);
  if (!filter) return Error{"cage.seccomp", "cannot make the worker's system call filter", ""};
  int failed = 0;
  for (const int call : kAllowed) failed |= seccomp_rule_add(filter.get(), SCMP_ACT_ALLOW, call, 0);
  for (const int call : kRefused) failed |= seccomp_rule_add(filter.get(), SCMP_ACT_ERRNO(EACCES), call, 0);
  // Memory that can be run is never made.
  for (const int call : {SCMP_SYS(mmap), SCMP_SYS(mprotect)}) {
    failed |= seccomp_rule_add(filter.get(), SCMP_ACT_ALLOW, call, 1,
                               SCMP_A2(SCMP_CMP_MASKED_EQ, static_cast<scmp_datum_t>(PROT_EXEC), 0));
    failed |= seccomp_rule_add(filter.get(), SCMP_ACT_ERRNO(EACCES), call, 1,
                               SCMP_A2(SCMP_CMP_MASKED_EQ, static_cast<scmp_datum_t>(PROT_EXEC), PROT_EXEC));
  }
  // Threads, but no processes. clone3 hides its flags in memory: refused as unknown, so that libc falls back.
  failed |= seccomp_rule_add(filter.get(), SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0);
  failed |= seccomp_rule_add(filter.get(), SCMP_ACT_ALLOW, SCMP_SYS(clone), 1,
                             SCMP_A0(SCMP_CMP_MASKED_EQ, static_cast<scmp_datum_t>(CLONE_THREAD), CLONE_THREAD));
  // For the document that a converter is to read. What lies in such a file cannot be run: see above.
  failed |= seccomp_rule_add(filter.get(), SCMP_ACT_ALLOW, SCMP_SYS(memfd_create), 1,
                             SCMP_A1(SCMP_CMP_EQ, static_cast<scmp_datum_t>(MFD_CLOEXEC | MFD_ALLOW_SEALING)));
  failed |= seccomp_rule_add(filter.get(), SCMP_ACT_ERRNO(EACCES), SCMP_SYS(memfd_create), 1,
                             SCMP_A1(SCMP_CMP_NE, static_cast<scmp_datum_t>(MFD_CLOEXEC | MFD_ALLOW_SEALING)));
  // abort() signals itself, nobody else.
  failed |= seccomp_rule_add(filter.get(), SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1,
                             SCMP_A0(SCMP_CMP_EQ, static_cast<scmp_datum_t>(::getpid())));
  failed |= seccomp_rule_add(filter.get(), SCMP_ACT_ALLOW, SCMP_SYS(prctl), 1,
                             SCMP_A0(SCMP_CMP_EQ, static_cast<scmp_datum_t>(PR_SET_NAME)));
  failed |= seccomp_rule_add(filter.get(), SCMP_ACT_ALLOW, SCMP_SYS(prctl), 1,
                             SCMP_A0(SCMP_CMP_EQ, static_cast<scmp_datum_t>(PR_SET_VMA)));
  if (failed || seccomp_load(filter.get()) != 0)
    return Error{"cage.seccomp", "cannot load the worker's system call filter", ""};
  return Ok{};
}

}  // namespace

Result<Cage> enter_cage(const Limits& limits) {
  Cage cage;
  if (const Status status = set_limits(limits); !status) return status.error();
  cage.layers.emplace_back("rlimits");
  if (leave_network()) cage.layers.emplace_back("namespaces");
  if (become_nobody()) cage.layers.emplace_back("user");
  ::prctl(PR_SET_DUMPABLE, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return io_error("cage.privileges", "cannot give up privileges");
  if (close_file_system()) cage.layers.emplace_back("landlock");
  if (const Status status = close_system_calls(); !status) return status.error();
  cage.layers.emplace_back("seccomp");
  return cage;
}

bool is_refused(const std::string& forbidden) {
  if (forbidden == "open") return ::open("/etc/passwd", O_RDONLY) < 0;
  if (forbidden == "socket") return ::socket(AF_INET, SOCK_STREAM, 0) < 0;
  if (forbidden == "exec") {
    char program[] = "/bin/true";
    char* const arguments[] = {program, nullptr};
    ::execve(program, arguments, nullptr);
    return true;
  }
  if (forbidden == "fork") return ::fork() < 0;
  if (forbidden == "kill") return ::kill(1, 0) < 0;
  if (forbidden == "ptrace") return ::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) < 0;
  if (forbidden == "memory")
    return ::mmap(nullptr, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED;
  if (forbidden == "gigabyte")
    return kAddressSanitizer ||
           ::mmap(nullptr, 1 << 30, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED;
  return false;
}

}  // namespace mugai::gateway
