#include "gateway/worker/converter_tree.h"

#include <fcntl.h>
#include <linux/landlock.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "gateway/worker/office_room.h"

namespace mugai::gateway {

namespace {

constexpr uid_t kNobody = 65534;

enum class Holds { data, code, device };   // code: libraries are mapped to be run

struct Row {
  const char* path;
  Holds holds;
};

constexpr Row kRows[] = {
    {"/usr/lib", Holds::code},
    {"/usr/lib64", Holds::code},
    {"/usr/share/fonts", Holds::data},
    {"/usr/local/share/fonts", Holds::data},
    {"/usr/share/fontconfig", Holds::data},
    {"/usr/share/poppler", Holds::data},
    {"/etc/fonts", Holds::data},
    {"/etc/alternatives", Holds::data},   // where links between fonts lead
    {"/etc/libreoffice", Holds::data},
    {"/usr/share/libreoffice", Holds::data},
    {"/var/lib/libreoffice", Holds::data},
    {"/etc/ld.so.cache", Holds::data},
    {"/var/cache/fontconfig", Holds::data},
    {"/dev/urandom", Holds::device},
};
constexpr const char* kLibraryLinks[] = {"/lib", "/lib64"};

bool is_directory(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

bool is_link(const std::string& path) {
  struct stat status {};
  return ::lstat(path.c_str(), &status) == 0 && S_ISLNK(status.st_mode);
}

bool make_folders(const std::string& path) {
  for (size_t at = path.find('/', 1); at != path.npos; at = path.find('/', at + 1))
    if (::mkdir(path.substr(0, at).c_str(), 0755) != 0 && errno != EEXIST) return false;
  return true;
}

struct Mount {
  Fd tree;
  std::string place;
  bool directory = true;
};

// A copy of what is mounted at `path`, hung nowhere yet, read-only for all time.
bool copy_of(const std::string& path, const std::string& place, Holds holds, std::vector<Mount>& out) {
  Fd tree(::open_tree(AT_FDCWD, path.c_str(), OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE));
  if (!tree) return false;
  mount_attr attributes{};
  attributes.attr_set = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | (holds == Holds::device ? 0 : MOUNT_ATTR_NODEV) |
                        (holds == Holds::code ? 0 : MOUNT_ATTR_NOEXEC);
  attributes.propagation = MS_PRIVATE;
  if (::mount_setattr(tree.get(), "", AT_EMPTY_PATH | AT_RECURSIVE, &attributes, sizeof attributes) != 0) return false;
  out.push_back({std::move(tree), place, is_directory(path)});
  return true;
}

bool write_map(const char* path, const std::string& text) {
  const Fd file(::open(path, O_WRONLY | O_CLOEXEC));
  return file && write_all(file.get(), text);
}

// As root directly; otherwise by way of a user namespace in which this user is nobody.
bool leave_namespaces() {
  constexpr int kOurs = CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS;
  if (::geteuid() == 0 && ::unshare(kOurs) == 0) return true;
  const uid_t user = ::geteuid();
  const gid_t group = ::getegid();
  if (::unshare(CLONE_NEWUSER | kOurs) != 0) return false;
  const std::string inside = std::to_string(kNobody) + " ";
  return write_map("/proc/self/setgroups", "deny") && write_map("/proc/self/uid_map", inside + std::to_string(user) + " 1") &&
         write_map("/proc/self/gid_map", inside + std::to_string(group) + " 1");
}

bool hang(const Mount& mount, const std::string& root) {
  const std::string place = root + mount.place;
  if (!make_folders(place)) return false;
  if (mount.directory) {
    if (::mkdir(place.c_str(), 0755) != 0 && errno != EEXIST) return false;
  } else if (const Fd file(::open(place.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0444)); !file) {
    return false;
  }
  return ::move_mount(mount.tree.get(), "", AT_FDCWD, place.c_str(), MOVE_MOUNT_F_EMPTY_PATH) == 0;
}

}  // namespace

std::string program_place(size_t tool) { return "/programs/" + std::to_string(tool); }

bool enter_tree(const Programs& programs) {
  if (!leave_namespaces()) return false;
  if (::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) return false;
  std::vector<Mount> mounts;
  std::vector<std::pair<std::string, std::string>> links;
  for (const Row& row : kRows)
    if (::access(row.path, F_OK) == 0 && !copy_of(row.path, row.path, row.holds, mounts)) return false;
  for (const char* path : kLibraryLinks)
    if (is_link(path)) links.emplace_back(std::string("usr") + path, path);
    else if (::access(path, F_OK) == 0 && !copy_of(path, path, Holds::code, mounts)) return false;
  for (size_t i = 0; i < programs.size(); ++i)
    if (::access(programs[i].c_str(), X_OK) == 0 && !copy_of(programs[i], program_place(i), Holds::code, mounts)) return false;

  const std::string root = "/tmp";
  if (::mount("tmpfs", root.c_str(), "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, "size=1m,mode=755") != 0) return false;
  for (const Mount& mount : mounts)
    if (!hang(mount, root)) return false;
  for (const auto& [target, place] : links)
    if (::symlink(target.c_str(), (root + place).c_str()) != 0) return false;
  if (::mkdir((root + kOfficeRoom).c_str(), 0755) != 0) return false;
  // The old root is hung over the new one and let go: nothing of it can be named any more.
  if (::chdir(root.c_str()) != 0 || ::syscall(SYS_pivot_root, ".", ".") != 0 || ::umount2(".", MNT_DETACH) != 0) return false;
  if (::chdir("/") != 0) return false;
  mount_attr read_only{};
  read_only.attr_set = MOUNT_ATTR_RDONLY;
  return ::mount_setattr(AT_FDCWD, "/", 0, &read_only, sizeof read_only) == 0;
}

namespace {

constexpr uint64_t kExecute = LANDLOCK_ACCESS_FS_EXECUTE;
constexpr uint64_t kRead = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;

bool allow(int ruleset, const std::string& path, uint64_t access) {
  const Fd place(::open(path.c_str(), O_PATH | O_CLOEXEC));
  if (!place) return errno == ENOENT;
  if (!is_directory(path)) access &= ~static_cast<uint64_t>(LANDLOCK_ACCESS_FS_READ_DIR);
  landlock_path_beneath_attr rule{};
  rule.allowed_access = access;
  rule.parent_fd = place.get();
  return ::syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) == 0;
}

}  // namespace

Fd landlock_for(const Programs& programs, bool in_tree, const char* room) {
  const long abi = ::syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION);
  if (abi < 1) return {};
  struct {
    uint64_t handled_access_fs = (1ull << 13) - 1, handled_access_net = 0, scoped = 0;
  } attributes;
  if (abi >= 2) attributes.handled_access_fs |= 1ull << 13;   // moving files between folders
  if (abi >= 3) attributes.handled_access_fs |= 1ull << 14;   // truncating
  if (abi >= 5) attributes.handled_access_fs |= 1ull << 15;   // device control
  if (abi >= 4) attributes.handled_access_net = 3;            // binding and connecting TCP
  if (abi >= 6) attributes.scoped = 3;                        // abstract sockets, signals
  const size_t known = abi >= 6 ? 24 : abi >= 4 ? 16 : 8;
  Fd ruleset(static_cast<int>(::syscall(SYS_landlock_create_ruleset, &attributes, known, 0)));
  if (!ruleset) return {};
  for (const Row& row : kRows)
    if (!allow(ruleset.get(), row.path, row.holds == Holds::code ? kRead | kExecute : kRead)) return {};
  for (const char* path : kLibraryLinks)
    if (!allow(ruleset.get(), path, kRead | kExecute)) return {};
  if (room && !allow(ruleset.get(), room, attributes.handled_access_fs & ~kExecute)) return {};
  for (size_t i = 0; i < programs.size(); ++i)
    if (!allow(ruleset.get(), in_tree ? program_place(i) : programs[i], LANDLOCK_ACCESS_FS_READ_FILE | kExecute)) return {};
  return ruleset;
}

}  // namespace mugai::gateway
