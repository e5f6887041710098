#include "omscope/core/replace_file.h"

#include <thread>

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "omscope/core/unfinished_file.h"

#include "support/files.h"

namespace omscope {
namespace {

namespace fs = std::filesystem;
using test::file_content;

Result<Done> put(const fs::path& path, const std::string& text, Links links = Links::kFollow) {
  return replace_file(path.string(), links, [&](std::ostream& out) { out << text; });
}

size_t entries(const fs::path& folder) {
  return static_cast<size_t>(std::distance(fs::directory_iterator(folder), {}));
}

TEST(ReplaceFile, NewAndExistingFiles) {
  const test::ScratchFolder folder;
  const fs::path target = folder.path() / "report.txt";
  ASSERT_TRUE(put(target, "first").ok());
  fs::permissions(target, fs::perms(0640));
  ASSERT_TRUE(put(target, std::string(200000, 'x')).ok());
  EXPECT_EQ(file_content(target), std::string(200000, 'x'));
  EXPECT_EQ(fs::status(target).permissions(), fs::perms(0640));
  EXPECT_EQ(entries(folder.path()), 1U) << "no unfinished file is left";
}

TEST(ReplaceFile, LinksAreFollowedOrReplaced) {
  const test::ScratchFolder folder;
  fs::create_directory(folder.path() / "real");
  const fs::path real = folder.path() / "real/report.txt";
  const fs::path link = folder.path() / "link.txt";
  fs::create_symlink("real/report.txt", link);
  ASSERT_TRUE(put(link, "new").ok()) << "a link to a file that is not there yet";
  EXPECT_TRUE(fs::is_symlink(link));
  EXPECT_EQ(file_content(real), "new");
  ASSERT_TRUE(put(link, "newer").ok());
  EXPECT_TRUE(fs::is_symlink(link));
  EXPECT_EQ(file_content(real), "newer");
  ASSERT_TRUE(put(link, "own", Links::kReplace).ok());
  EXPECT_FALSE(fs::is_symlink(link));
  EXPECT_EQ(file_content(real), "newer");
}

TEST(ReplaceFile, PipesAndDevicesAreWrittenInto) {
  const test::ScratchFolder folder;
  const fs::path pipe = folder.path() / "pipe";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  std::string seen;
  std::thread reader([&] { seen = file_content(pipe); });
  EXPECT_TRUE(put(pipe, "through the pipe").ok());
  reader.join();
  EXPECT_EQ(seen, "through the pipe");
  EXPECT_TRUE(fs::is_fifo(pipe));
  EXPECT_TRUE(put("/dev/null", "x").ok());
  EXPECT_TRUE(fs::is_character_file("/dev/null"));
  const auto full = put("/dev/full", "x");
  ASSERT_FALSE(full.ok());
  EXPECT_NE(full.error().message.find("No space left"), std::string::npos);
}

TEST(ReplaceFile, WhatCannotBeIsNamed) {
  const test::ScratchFolder folder;
  const auto missing = put(folder.path() / "none/report.txt", "x");
  ASSERT_FALSE(missing.ok());
  EXPECT_NE(missing.error().message.find("does not exist"), std::string::npos);
  const auto is_folder = put(folder.path(), "x");
  ASSERT_FALSE(is_folder.ok());
  EXPECT_NE(is_folder.error().message.find("is a folder"), std::string::npos);
}

TEST(ReplaceFile, NothingIsLeftOfWhatFails) {
  const test::ScratchFolder folder;
  const std::string target = folder.write("kept", "old");
  EXPECT_THROW(static_cast<void>(replace_file(target, Links::kFollow,
                                              [](std::ostream&) { throw std::bad_alloc(); })),
               std::bad_alloc);
  EXPECT_EQ(file_content(target), "old");
  EXPECT_EQ(entries(folder.path()), 1U);
}

TEST(UnfinishedName, OursAreKnown) {
  EXPECT_TRUE(is_unfinished_name("Relu.r.1.2.3.output.0.npy.part4711.12"));
  EXPECT_FALSE(is_unfinished_name("Relu.r.1.2.3.output.0.npy"));
  EXPECT_FALSE(is_unfinished_name("a.part.1"));
  EXPECT_FALSE(is_unfinished_name("a.part1"));
  EXPECT_FALSE(is_unfinished_name(".part1.2"));
}

TEST(IsSameFile, ByWhatItIsNotByName) {
  const test::ScratchFolder folder;
  const std::string file = folder.write("a", "1");
  const fs::path link = folder.path() / "b";
  fs::create_hard_link(file, link);
  EXPECT_TRUE(is_same_file(file, link.string()));
  EXPECT_FALSE(is_same_file(file, folder.write("c", "1")));
  EXPECT_FALSE(is_same_file("/nonexistent", "/nonexistent"));
}

}  // namespace
}  // namespace omscope
