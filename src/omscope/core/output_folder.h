// Files written under names that come from inside of a file.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "omscope/core/bytes.h"
#include "omscope/core/result.h"

namespace omscope {

/// A file name made from any text: no folder, no control characters, not longer than file systems
/// allow. Empty and special names ("", ".", "..") become "_", names of devices get one before them.
std::string safe_file_name(std::string_view name, std::string_view suffix);

/// A folder that is being filled. No name can place a file outside of it; names that collide or are
/// too long are changed, and `mapping.csv` then tells which file belongs to which name.
class OutputFolder {
 public:
  /// Creates the folder where it is missing. With `force`, files that exist are overwritten.
  static Result<OutputFolder> create(const std::string& path, bool force);

  /// Writes one file; `name` may be anything. Returns the path that was written.
  Result<std::string> write(std::string_view name, std::string_view suffix, ByteView content);
  Result<std::string> write(std::string_view name, std::string_view suffix,
                            const std::vector<ByteView>& parts);

  /// The path that a file called `name` has to be written to, for those who write it themselves.
  std::string reserve(std::string_view name, std::string_view suffix);

  /// Writes `mapping.csv` if any name had to change, and returns how many files that made. Call it
  /// once, when all files are written.
  Result<size_t> finish();

  const std::string& path() const { return path_; }

 private:
  OutputFolder(std::string path, bool force) : path_(std::move(path)), force_(force) {}

  std::string path_;
  bool force_;
  std::set<std::string> taken_;                 ///< in lower case: some file systems ignore case
  std::map<std::string, std::string> renamed_;  ///< file to name
};

/// Writes a whole file through a temporary one beside it, so that nobody sees half of it. Refuses
/// to replace an existing file unless `force`; a link is replaced, not followed.
Result<Done> write_file(const std::string& path, const std::vector<ByteView>& parts, bool force);

}  // namespace omscope
