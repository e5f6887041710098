// Files written under names that come from inside of a file.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "omscope/core/bytes.h"
#include "omscope/core/result.h"

namespace omscope {

/// A file name made from any text: no folder, no control characters nor marks that reorder text,
/// not longer than file systems allow. Empty and special names ("", ".", "..") become "_", names of
/// devices get one before them.
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
  /// `source` is the file that it comes from, which is told where several claim one name.
  std::string reserve(std::string_view name, std::string_view suffix, std::string_view source = {});

  /// Writes `mapping.csv` if any name had to change, and returns how many files that made. Call it
  /// once, when all files are written. What an earlier run said of other files stays in it; a file
  /// of that name that is not omscope's is never touched: another name is taken then, which
  /// `remarks` tells.
  Result<size_t> finish(std::vector<Problem>& remarks);

  const std::string& path() const { return path_; }

 private:
  OutputFolder(std::string path, bool force) : path_(std::move(path)), force_(force) {}

  struct Given {
    std::string file;
    std::string name;
    std::string source;
    bool renamed = false;
    bool shared = false;  ///< another file wanted its name
  };

  std::string path_;
  bool force_;
  std::map<std::string, Given> given_;  ///< by the file in lower case: some file systems ignore it
};

/// Writes a whole file through a temporary one beside it, so that nobody sees half of it. Refuses
/// to replace an existing file unless `force`; a link is replaced, not followed.
Result<Done> write_file(const std::string& path, const std::vector<ByteView>& parts, bool force);

}  // namespace omscope
