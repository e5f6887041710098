#include "support/corpus.h"

#include <algorithm>
#include <cstdlib>

namespace omscope::test {

namespace fs = std::filesystem;

std::optional<fs::path> corpus() {
  const char* named = std::getenv("OMSCOPE_CORPUS");
  const fs::path folder =
      named != nullptr ? fs::path(named) : fs::path(OMSCOPE_SOURCE_DIR) / "../shared/corpus";
  std::error_code failed;
  if (!fs::is_directory(folder, failed)) return std::nullopt;
  return fs::canonical(folder);
}

bool corpus_required() {
  const char* required = std::getenv("OMSCOPE_REQUIRE_CORPUS");
  return required != nullptr && std::string(required) == "1";
}

std::vector<std::string> corpus_files(const std::string& folder) {
  std::vector<std::string> files;
  const auto root = corpus();
  if (!root || !fs::is_directory(*root / folder)) return files;
  for (const auto& entry : fs::recursive_directory_iterator(*root / folder)) {
    if (entry.is_regular_file()) files.push_back(entry.path().string());
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::string test_name(const std::string& path) {
  std::string name = fs::path(path).filename().string();
  std::replace_if(
      name.begin(), name.end(), [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
  return name;
}

}  // namespace omscope::test
