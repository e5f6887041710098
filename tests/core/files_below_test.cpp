#include "omscope/core/files_below.h"

#include <filesystem>

#include <gtest/gtest.h>

#include "support/files.h"

namespace omscope {
namespace {

TEST(FilesBelow, AreSortedAtAnyDepth) {
  const test::ScratchFolder folder;
  std::filesystem::create_directories(folder.path() / "b" / "c");
  const std::string deep = folder.write("b/c/1", "x");
  const std::string flat = folder.write("a", "x");
  const FilesBelow below = files_below(folder.path().string());
  EXPECT_EQ(below.files, (std::vector<std::string>{flat, deep}));
  EXPECT_FALSE(below.cut);
}

TEST(FilesBelow, LinksToFilesAreTakenOrNot) {
  const test::ScratchFolder folder;
  const std::string file = folder.write("a", "x");
  std::filesystem::create_symlink(file, folder.path() / "link");
  std::filesystem::create_directory_symlink(folder.path(), folder.path() / "loop");
  EXPECT_EQ(files_below(folder.path().string()).files.size(), 2U);
  EXPECT_EQ(files_below(folder.path().string(), LinkedFiles::kLeaveOut).files,
            std::vector<std::string>{file});
}

TEST(FilesBelow, AFileIsNoFolder) {
  const test::ScratchFolder folder;
  EXPECT_TRUE(files_below(folder.write("a", "x")).files.empty());
}

}  // namespace
}  // namespace omscope
