// A file that is being written, and shall not stay if it is not completed.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include <sys/types.h>

namespace omscope {

/// Has no name until it is complete, where the file system can do that: then nothing is left of it
/// however the process ends. Elsewhere its name is one that `is_unfinished_name` knows.
class UnfinishedFile {
 public:
  /// Beside `target`. Check `fd()`.
  UnfinishedFile(const std::filesystem::path& target, mode_t mode);
  UnfinishedFile(const UnfinishedFile&) = delete;
  UnfinishedFile& operator=(const UnfinishedFile&) = delete;
  /// Removes the file unless it was completed, also when an exception passes.
  ~UnfinishedFile();

  /// To write to; -1: it could not be made, and `error()` says why.
  int fd() const { return fd_; }
  int error() const { return error_; }

  /// Puts the complete file in its place; returns the error number, 0 for none.
  int complete();

 private:
  bool open_unnamed(mode_t mode);
  void open_named(mode_t mode);
  /// Gives the file a name; returns the error number.
  int link_to(const std::string& name) const;
  int link_and_rename();
  int copy_and_rename();
  int close_it();
  /// A name that will be removed when the process is stopped from now on.
  void enlist(std::string name);
  void forget();

  std::filesystem::path target_;
  std::string name_;  ///< empty: none, or in its place
  char* listed_ = nullptr;
  int fd_ = -1;
  int error_ = 0;
};

/// Removes all files that are unfinished now. For one who ends the process: a signal handler may
/// call it, and whatever is begun afterwards is removed or refused.
void remove_unfinished_files();

/// "NAME.part4711.0": left by a process that was killed where files must have names.
bool is_unfinished_name(std::string_view name);

}  // namespace omscope
