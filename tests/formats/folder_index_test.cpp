// A folder of dumps as one table.

#include "omscope/formats/dump/folder_index.h"

#include <atomic>

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/files.h"

namespace omscope::dump {
namespace {

namespace fs = std::filesystem;

class FolderIndexTest : public testing::Test {
 protected:
  FolderIndex index() const { return index_folder(folder_.path().string()); }
  test::ScratchFolder folder_;
};

TEST_F(FolderIndexTest, PlacesComeFromFoldersAndNames) {
  folder_.write("20240101120000/3/resnet/7/12/Relu.r.5.2.1700000000164521", "");
  folder_.write("20240101120000/3/resnet/7/13/Relu.r.5.2.1700000000164522", "");
  folder_.write("extra-info/data-dump/1/exception_info.2.7.20250402071926393", "");
  const FolderIndex found = index();
  ASSERT_EQ(found.entries.size(), 3U);
  const ir::RunPlace& first = found.entries[0].name.place;
  EXPECT_EQ(first.model, "resnet");
  EXPECT_EQ(first.step, 12);
  EXPECT_EQ(first.device, 3);
  EXPECT_EQ(first.time, "2023-11-14T22:13:20.164521");
  EXPECT_EQ(found.entries[1].name.place.step, 13);
  EXPECT_EQ(found.entries[2].name.place.device, 1);
  const ir::RecordTable table = as_table(found);
  EXPECT_EQ(table.rows[0][3], "Relu");
  EXPECT_EQ(table.rows[0].size(), table.columns.size());
}

TEST_F(FolderIndexTest, AFolderInsideOfTheTreeTellsTheSame) {
  folder_.write("20240101120000/3/resnet/7/12/Relu.r.5.2.1700000000164521", "");
  for (const char* inner : {"20240101120000/3/resnet/7/12", "20240101120000/3/", "."}) {
    const FolderIndex found = index_folder((folder_.path() / inner).string());
    ASSERT_EQ(found.entries.size(), 1U) << inner;
    EXPECT_EQ(found.entries[0].name.place.model, "resnet") << inner;
    EXPECT_EQ(found.entries[0].name.place.step, 12) << inner;
    EXPECT_TRUE(fs::exists(found.entries[0].path)) << found.entries[0].path;
  }
}

TEST_F(FolderIndexTest, LongNamesComeFromTheMapping) {
  folder_.write("d/7027427249306566976", "");
  folder_.write("d/1234567890123456", "");
  folder_.write("d/mapping.csv",
                "7027427249306566976,/a/b/Conv2D.long_name.4.2.1700000000163284\r\n");
  const FolderIndex found = index();
  ASSERT_EQ(found.entries.size(), 3U);
  EXPECT_EQ(found.entries[1].name.place.op, "long_name");
  EXPECT_EQ(found.entries[1].stored, "7027427249306566976");
  EXPECT_EQ(found.entries[0].name.kind, NameKind::kHashed);
  ASSERT_EQ(found.problems.list().size(), 1U);
  EXPECT_NE(found.problems.list()[0].message.find("mapping.csv"), std::string::npos);
}

TEST_F(FolderIndexTest, OwnMappingsHaveTitlesAndQuotes) {
  const NameMapping mapping = parse_mapping("file,name\na,\"x,y\"\nno comma\nb,c");
  EXPECT_EQ(mapping.size(), 2U);
  EXPECT_EQ(mapping.at("a"), "x,y");
  EXPECT_EQ(mapping.at("b"), "c");
  EXPECT_EQ(parse_mapping("\xEF\xBB\xBF"
                          "1,x")
                .at("1"),
            "x");
  EXPECT_EQ(parse_mapping("file,name,source\na,b,c\n").at("a"), "b");
}

TEST_F(FolderIndexTest, LinksAreSafe) {
  folder_.write("a/Relu.r.5.2.1700000000164521", "");
  fs::create_directory_symlink(folder_.path(), folder_.path() / "a/loop");
  fs::create_directory_symlink("self", folder_.path() / "self");
  const test::ScratchFolder other;
  other.write("Add.a.5.2.1700000000164521", "");
  fs::create_directory_symlink(other.path(), folder_.path() / "link1");
  fs::create_directory_symlink(other.path(), folder_.path() / "link2");
  const FolderIndex found = index();
  EXPECT_EQ(found.entries.size(), 2U);
  EXPECT_EQ(found.problems.list().size(), 2U);
}

TEST_F(FolderIndexTest, WhatIsNamedLikeADumpAndIsNoFileIsSaid) {
  const fs::path& root = folder_.path();
  fs::create_symlink("gone", root / "Relu.r.5.2.1700000000164521");
  fs::create_symlink("gone", root / "notes");
  ASSERT_EQ(::mkfifo((root / "x.npy").c_str(), 0600), 0);
  folder_.write("Add.a.5.2.1700000000164521.output.0.npy.part4711.0", "half");
  const FolderIndex found = index();
  EXPECT_TRUE(found.entries.empty());
  ASSERT_EQ(found.problems.list().size(), 2U);
  EXPECT_NE(found.problems.list()[0].message.find("leads to no file"), std::string::npos);
  EXPECT_NE(found.problems.list()[1].message.find("is a pipe"), std::string::npos);
  for (int i = 0; i < 100; ++i) {
    fs::create_symlink("gone", root / ("Mul.m.5.2." + std::to_string(i)));
  }
  const FolderIndex many = index();
  EXPECT_LT(many.problems.list().size(), 30U);
  EXPECT_NE(many.problems.list().back().message.find("82 more"), std::string::npos)
      << many.problems.list().back().message;
}

/// Root may list everything, so it is another user for a while.
TEST_F(FolderIndexTest, AFolderThatCannotBeListedIsAnError) {
  folder_.write("shut/Relu.r.5.2.1700000000164521", "");
  folder_.write("open/Relu.r.5.2.1700000000164521", "");
  fs::permissions(folder_.path(), fs::perms(0755));
  fs::permissions(folder_.path() / "shut", fs::perms(0000));
  const bool root = ::geteuid() == 0;
  constexpr uid_t kNobody = 65534;
  if (root) ASSERT_EQ(::seteuid(kNobody), 0);
  const FolderIndex found = index();
  const FolderIndex alone = index_folder((folder_.path() / "shut").string());
  if (root) ASSERT_EQ(::seteuid(0), 0);
  fs::permissions(folder_.path() / "shut", fs::perms(0755));
  EXPECT_EQ(found.entries.size(), 1U);
  EXPECT_TRUE(found.problems.has_error());
  EXPECT_TRUE(alone.problems.has_error());
}

TEST_F(FolderIndexTest, OrderIsThatOfThePaths) {
  for (const char* name : {"b/2", "b/1", "a/9", "c", "a/b/0"}) folder_.write(name, "");
  const FolderIndex first = index();
  std::vector<std::string> paths;
  for (const FolderEntry& entry : first.entries) {
    paths.push_back(fs::path(entry.path).lexically_relative(folder_.path()).string());
  }
  EXPECT_EQ(paths, (std::vector<std::string>{"c", "a/9", "a/b/0", "b/1", "b/2"}));
}

TEST_F(FolderIndexTest, HeadersAreReadOnceEach) {
  for (int i = 0; i < 100; ++i) folder_.write("d/Add.a." + std::to_string(i) + ".2.3", "");
  std::atomic<int> calls = 0;
  const FolderIndex found = index_folder(folder_.path().string(), [&](FolderEntry& entry) {
    ++calls;
    entry.name.place.op = "from header";
  });
  EXPECT_EQ(calls, 100);
  EXPECT_EQ(found.entries[42].name.place.op, "from header");
}

TEST_F(FolderIndexTest, WhatIsNoFolder) {
  EXPECT_TRUE(index_folder((folder_.path() / "nothing").string()).problems.has_error());
  EXPECT_TRUE(index_folder(folder_.write("file", "")).problems.has_error());
}

}  // namespace
}  // namespace omscope::dump
