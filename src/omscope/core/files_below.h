// What lies in a folder and its folders.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace omscope {

struct FilesBelow {
  std::vector<std::string> files;  ///< in the order of their paths, whatever the machine
  bool cut = false;                ///< there are more than were listed
};

enum class LinkedFiles : bool { kLeaveOut, kTake };

/// Regular files at any depth; links to folders are not followed, what may not be read is passed
/// over. A path that is no folder gives nothing.
FilesBelow files_below(const std::string& folder, LinkedFiles linked = LinkedFiles::kTake);

}  // namespace omscope
