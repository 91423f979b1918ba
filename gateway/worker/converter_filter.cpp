#include "gateway/worker/converter_filter.h"

#include <fcntl.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <cerrno>
#include <span>

namespace mugai::gateway {

namespace {

constexpr int kForAll[] = {
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

// In the folder that it has; Landlock and the file system keep it there.
constexpr int kForOffice[] = {
    SCMP_SYS(open), SCMP_SYS(openat), SCMP_SYS(pwrite64), SCMP_SYS(ftruncate), SCMP_SYS(fsync), SCMP_SYS(fdatasync),
    SCMP_SYS(mkdir), SCMP_SYS(rmdir), SCMP_SYS(unlink), SCMP_SYS(rename), SCMP_SYS(chmod), SCMP_SYS(fchmod),
    SCMP_SYS(mkdirat), SCMP_SYS(unlinkat), SCMP_SYS(renameat), SCMP_SYS(renameat2), SCMP_SYS(utimensat), SCMP_SYS(flock),
    SCMP_SYS(fcntl), SCMP_SYS(umask), SCMP_SYS(dup), SCMP_SYS(dup2), SCMP_SYS(dup3), SCMP_SYS(pipe2), SCMP_SYS(eventfd2), SCMP_SYS(poll),
    SCMP_SYS(ppoll), SCMP_SYS(select), SCMP_SYS(bind), SCMP_SYS(listen), SCMP_SYS(accept), SCMP_SYS(accept4),
    SCMP_SYS(connect), SCMP_SYS(shutdown), SCMP_SYS(getsockname), SCMP_SYS(sendto), SCMP_SYS(recvfrom), SCMP_SYS(socketpair),
    SCMP_SYS(clock_nanosleep), SCMP_SYS(nanosleep), SCMP_SYS(tgkill), SCMP_SYS(getppid), SCMP_SYS(fallocate),
};

bool allow(scmp_filter_ctx rules, std::span<const int> calls) {
  for (const int call : calls)
    if (seccomp_rule_add(rules, SCMP_ACT_ALLOW, call, 0) != 0) return false;
  return true;
}

// Code comes from files.
bool allow_memory(scmp_filter_ctx rules) {
  constexpr scmp_datum_t kRun = PROT_EXEC, kRunOrWrite = PROT_EXEC | PROT_WRITE, kAnonymous = MAP_ANONYMOUS;
  return seccomp_rule_add(rules, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1, SCMP_A2(SCMP_CMP_MASKED_EQ, kRun, 0)) == 0 &&
         seccomp_rule_add(rules, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 2, SCMP_A2(SCMP_CMP_MASKED_EQ, kRunOrWrite, PROT_EXEC),
                          SCMP_A3(SCMP_CMP_MASKED_EQ, kAnonymous, 0)) == 0;
}

// An office suite writes code by which its components call each other, to a file in its folder, and maps that twice.
bool allow_no_written_code(scmp_filter_ctx rules) {
  return seccomp_rule_add(rules, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0)) == 0;
}

// Limits may be read and not set, but for its own two of memory, which come last (see ConverterCage) and can only be
// lowered.
bool allow_limits(scmp_filter_ctx rules) {
  if (seccomp_rule_add(rules, SCMP_ACT_ALLOW, SCMP_SYS(prlimit64), 1, SCMP_A2(SCMP_CMP_EQ, 0)) != 0) return false;
  for (const int memory : {RLIMIT_AS, RLIMIT_DATA})
    if (seccomp_rule_add(rules, SCMP_ACT_ALLOW, SCMP_SYS(prlimit64), 2, SCMP_A0(SCMP_CMP_EQ, 0),
                         SCMP_A1(SCMP_CMP_EQ, static_cast<scmp_datum_t>(memory))) != 0)
      return false;
  return true;
}

bool allow_program(scmp_filter_ctx rules) {
  return seccomp_rule_add(rules, SCMP_ACT_ALLOW, SCMP_SYS(execveat), 2, SCMP_A0(SCMP_CMP_EQ, kProgram),
                          SCMP_A4(SCMP_CMP_EQ, AT_EMPTY_PATH)) == 0;
}

bool allow_reading_only(scmp_filter_ctx rules) {
  constexpr scmp_datum_t kWriting = O_ACCMODE | O_CREAT | O_TRUNC | (O_TMPFILE & ~O_DIRECTORY);
  if (seccomp_rule_add(rules, SCMP_ACT_ALLOW, SCMP_SYS(openat), 1, SCMP_A2(SCMP_CMP_MASKED_EQ, kWriting, O_RDONLY)) != 0 ||
      seccomp_rule_add(rules, SCMP_ACT_ALLOW, SCMP_SYS(open), 1, SCMP_A1(SCMP_CMP_MASKED_EQ, kWriting, O_RDONLY)) != 0)
    return false;
  for (const int get : {F_GETFD, F_SETFD, F_GETFL})
    if (seccomp_rule_add(rules, SCMP_ACT_ALLOW, SCMP_SYS(fcntl), 1, SCMP_A1(SCMP_CMP_EQ, static_cast<scmp_datum_t>(get))) != 0)
      return false;
  return true;
}

// A thread and nothing else. clone3 hides its flags behind a pointer: the C library takes ENOSYS for an older kernel.
bool allow_threads(scmp_filter_ctx rules) {
  return seccomp_rule_add(rules, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0) == 0 &&
         seccomp_rule_add(rules, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1, SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, CLONE_THREAD)) == 0;
}

bool allow_local_sockets(scmp_filter_ctx rules) {
  return seccomp_rule_add(rules, SCMP_ACT_ALLOW, SCMP_SYS(socket), 1, SCMP_A0(SCMP_CMP_EQ, AF_UNIX)) == 0;
}

Filter empty_filter() { return {seccomp_init(SCMP_ACT_ERRNO(EPERM)), seccomp_release}; }

}  // namespace

Filter make_reading_filter() {
  Filter filter = empty_filter();
  scmp_filter_ctx rules = filter.get();
  if (rules && !(allow(rules, kForAll) && allow_memory(rules) && allow_limits(rules) && allow_program(rules) && allow_reading_only(rules) && allow_no_written_code(rules)))
    filter.reset();
  return filter;
}

Filter make_office_filter() {
  Filter filter = empty_filter();
  scmp_filter_ctx rules = filter.get();
  if (rules && !(allow(rules, kForAll) && allow(rules, kForOffice) && allow_memory(rules) && allow_limits(rules) &&
                 allow_program(rules) && allow_threads(rules) && allow_local_sockets(rules) && allow_no_written_code(rules)))
    filter.reset();
  return filter;
}

}  // namespace mugai::gateway
