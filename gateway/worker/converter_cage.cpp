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

#include "gateway/worker/converter_filter.h"
#include "gateway/worker/converter_protocol.h"
#include "gateway/worker/office_room.h"

namespace mugai::gateway {

namespace {

constexpr uid_t kNobody = 65534;
constexpr rlim_t kMemory = 1ull << 30;      // address space; programs, fonts and one page of pixels
constexpr rlim_t kPrivate = 768ull << 20;
constexpr rlim_t kOpenFiles = 64;
constexpr rlim_t kOfficeOpenFiles = kProgram;
constexpr rlim_t kOfficeMemory = 4ull << 30;     // its libraries alone take one
constexpr rlim_t kOfficePrivate = 1536ull << 20;
constexpr uint64_t kRoomBytes = 768ull << 20;   // in memory: document, profile and result
constexpr int kLost = 127;

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
  Programs installed;
  Filter filter{nullptr, nullptr}, office_filter{nullptr, nullptr};
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
    // An office suite looks for its own files beside the path that it was called by.
    shared->names.push_back(sanitize::is_office(static_cast<sanitize::Tool>(i)) ? programs[i] : programs[i].substr(programs[i].rfind('/') + 1));
  }
  shared->installed = programs;
  shared->filter = make_reading_filter();
  shared->office_filter = make_office_filter();
  keep_capabilities(kHostKeeps);
  return ConverterCage(std::move(shared));
}

// Without namespaces it is Landlock that keeps files away, and the filter that keeps the network and other processes away.
bool ConverterCage::safe() const {
  return shared_->filter && shared_->nothing && shared_->alive && (shared_->namespaces || shared_->landlock);
}

bool ConverterCage::has_program(size_t tool) const { return tool < shared_->programs.size() && shared_->programs[tool]; }

bool ConverterCage::has_room() const { return shared_->namespaces && shared_->office_filter; }

uint32_t ConverterCage::layers() const {
  const auto layer = [](bool is_there, ConverterLayer which) { return is_there ? uint32_t{which} : 0; };
  return layer(shared_->namespaces, kLayerNamespaces) | layer(shared_->root, kLayerUser) |
         layer(bool{shared_->landlock}, kLayerLandlock) | layer(bool{shared_->filter}, kLayerSeccomp);
}

int ConverterCage::start(const CagedRun& run, Fd& process) const {
  std::vector<std::string> arguments = run.arguments;
  arguments.insert(arguments.begin(), shared_->names[run.tool]);
  std::vector<char*> words;
  for (std::string& argument : arguments) words.push_back(argument.data());
  words.push_back(nullptr);
  int descriptor = -1;
  const unsigned long ours = shared_->namespaces ? CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS : 0;
  // Not fork(): it cannot make the namespaces of the child in one step. There is one thread, so nothing is held.
  const long child = ::syscall(SYS_clone, ours | CLONE_PIDFD | SIGCHLD, nullptr, &descriptor, nullptr, nullptr);
  if (child == 0) enter(run, words.data());
  if (child > 0) process.reset(descriptor);
  return static_cast<int>(child);
}

bool ConverterCage::drop_rights() const {
  if (shared_->root && (::setgroups(0, nullptr) != 0 || ::setresgid(kNobody, kNobody, kNobody) != 0 ||
                        ::setresuid(kNobody, kNobody, kNobody) != 0))
    return false;
  // In a user namespace of its own the process still has all rights there.
  keep_capabilities(0);
  return ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0;
}

void ConverterCage::enter(const CagedRun& run, char* const* arguments) const {
  const bool office = !run.files.document.empty();
  Shared& shared = *shared_;
  shared.alive.reset();
  if (office && !make_office_room(kRoomBytes, kNobody)) ::_exit(kLost);
  // Its room is there only now, so its ruleset could not be made before.
  if (office && shared.landlock) {
    shared.landlock = landlock_for(shared.installed, true, kOfficeRoom);
    if (!shared.landlock) ::_exit(kLost);
  }
  if (!drop_rights()) ::_exit(kLost);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  pollfd host{shared.alive_reads.get(), POLLIN, 0};
  if (::poll(&host, 1, 0) != 0) ::_exit(kLost);   // it died before we could ask to be told

  // Above the three, so that none is overwritten before it is moved.
  const int in = ::fcntl(run.document, F_DUPFD, kProgram + 1), out = ::fcntl(run.output, F_DUPFD, kProgram + 1),
            null = ::fcntl(shared.nothing.get(), F_DUPFD, kProgram + 1);
  const int rules = shared.landlock ? ::fcntl(shared.landlock.get(), F_DUPFD, kProgram + 1) : -1;
  if (in < 0 || out < 0 || null < 0 || ::dup3(shared.programs[run.tool].get(), kProgram, O_CLOEXEC) != kProgram) ::_exit(kLost);
  if (::dup2(in, 0) != 0 || ::dup2(out, 1) != 1 || ::dup2(null, 2) != 2) ::_exit(kLost);

  if (rules >= 0 && ::syscall(SYS_landlock_restrict_self, rules, 0) != 0) ::_exit(kLost);
  if (::close_range(3, kProgram - 1, 0) != 0 || ::close_range(kProgram + 1, ~0U, 0) != 0) ::_exit(kLost);
  if (!limit(RLIMIT_CPU, run.cpu_seconds) || !limit(RLIMIT_CORE, 0) || !limit(RLIMIT_NOFILE, office ? kOfficeOpenFiles : kOpenFiles) || !limit(RLIMIT_MEMLOCK, 0))
    ::_exit(kLost);
  if (office)
    ::_exit(keep_office(run.files, [&] {
      // What it prints is nobody's business; the descriptors are its keeper's.
      if (::dup2(2, 0) == 0 && ::dup2(2, 1) == 1) become_program(run, arguments);
    }));
  become_program(run, arguments);
  ::_exit(kLost);
}

void ConverterCage::become_program(const CagedRun& run, char* const* arguments) const {
  const bool office = !run.files.document.empty();
  // Threads count as processes; that an office suite starts no other program is the filter's business.
  if (!limit(RLIMIT_FSIZE, office ? kRoomBytes : 0) || (!office && !limit(RLIMIT_NPROC, 1))) return;
  char locale[] = "LC_ALL=C.UTF-8", path[] = "PATH=/nowhere", home[] = "HOME=/tmp";
  char libraries[] = "LD_LIBRARY_PATH=/usr/lib/libreoffice/program";   // they look for each other by /proc, which is not there
  char* const little[] = {locale, path, nullptr};
  char* const for_office[] = {locale, path, home, libraries, nullptr};
  if (::seccomp_load((office ? shared_->office_filter : shared_->filter).get()) != 0) return;
  // Loading the filter asks for memory, which an instrumented build has no more of under these limits.
  if (!limit(RLIMIT_AS, office ? kOfficeMemory : kMemory) || !limit(RLIMIT_DATA, office ? kOfficePrivate : kPrivate)) return;
  ::syscall(SYS_execveat, kProgram, "", arguments, office ? for_office : little, AT_EMPTY_PATH);
}

}  // namespace mugai::gateway
