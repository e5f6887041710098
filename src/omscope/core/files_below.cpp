#include "omscope/core/files_below.h"

#include <algorithm>
#include <filesystem>

namespace omscope {

FilesBelow files_below(const std::string& folder, LinkedFiles linked) {
  namespace fs = std::filesystem;
  constexpr size_t kMost = 200'000;
  FilesBelow out;
  std::error_code failed;
  fs::recursive_directory_iterator walk(folder, fs::directory_options::skip_permission_denied,
                                        failed);
  for (; !failed && walk != fs::recursive_directory_iterator(); walk.increment(failed)) {
    if (out.files.size() >= kMost) {
      out.cut = true;
      break;
    }
    std::error_code unknown;
    const bool taken = linked == LinkedFiles::kTake || !walk->is_symlink(unknown);
    if (taken && walk->is_regular_file(unknown)) out.files.push_back(walk->path().string());
  }
  std::sort(out.files.begin(), out.files.end());
  return out;
}

}  // namespace omscope
