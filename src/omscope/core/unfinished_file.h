// A file that is being written under another name, and shall not stay if it is not completed.
#pragma once

#include <filesystem>
#include <string>

namespace omscope {

class UnfinishedFile {
 public:
  /// `name` must be a file that the caller has just created.
  explicit UnfinishedFile(const std::string& name);
  UnfinishedFile(const UnfinishedFile&) = delete;
  UnfinishedFile& operator=(const UnfinishedFile&) = delete;
  /// Removes the file unless it was renamed, also when an exception passes.
  ~UnfinishedFile();

  /// Puts the complete file in its place; returns the error number, 0 for none.
  int rename_to(const std::filesystem::path& target);

 private:
  void forget();

  std::string name_;  ///< empty: in its place
  char* listed_ = nullptr;
};

/// Removes all files that are unfinished now. For one who ends the process: a signal handler may
/// call it, and whatever is begun afterwards is removed at once.
void remove_unfinished_files();

}  // namespace omscope
