// Names of archive members: from the bytes of some old charset to UTF-8, and from there to paths that are safe to unpack
// anywhere and different from each other. One charset decides for all names of an archive, since one program wrote them:
// a short name alone is often plausible in two. Pure.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "config/base/bytes.h"

namespace mugai::sanitize {

// One for each of `raw`. NUL becomes U+FFFD.
std::vector<std::string> decode_names(const std::vector<Bytes>& untrusted_raw);
std::string decode_utf8_name(Bytes untrusted);

// Whether `unicode` can be the whole form of a name that an old charset holds as `raw` (decoded: `decoded`), with other
// characters in place of those it has not. All ASCII but '_' and '?' must be the same.
bool may_be_same_name(Bytes untrusted_raw, const std::string& decoded, Bytes unicode);

// The parts of a path between separators of any system, without the ones that mean nothing (".", "C:").
struct MemberPath {
  std::vector<std::string> parts;
  bool climbs = false;     // has "..": a way out of the folder where it is unpacked
  bool rooted = false;     // absolute, or on a drive
};
MemberPath split_path(const std::string& untrusted_utf8);

// The same for paths that are spelt differently: other separators, composed or not (か + ゛). `folded` also takes case for
// nothing, as Windows and macOS do.
std::string same_path_key(const std::string& untrusted_utf8);
std::string folded(const std::string& utf8);

// Gives each member a path of its own.
class ArchivePaths {
 public:
  // The path of the folder, without a last '/'; empty for none.
  std::string folder(const std::vector<std::string>& parts);
  // `folder`/`name`, with " (2)" and so on before the extension when that is taken.
  std::string file(const std::string& folder, const std::string& safe_name);
  bool is_new(const std::string& folder) { return written_.insert(folder).second; }

 private:
  std::string place(const std::vector<std::string>& parts, size_t first);
  std::string unique(const std::string& folder, const std::string& name, bool is_folder);

  std::map<std::string, std::string> whole_, folders_;   // by the path as it was; cut in front if need be, and not
  std::map<std::string, unsigned> next_;         // number to try, by folded path
  std::set<std::string> files_, folder_paths_, written_;
};

}  // namespace mugai::sanitize
