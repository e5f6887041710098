#include "omscope/core/output_folder.h"

#include <gtest/gtest.h>

#include "omscope/core/csv.h"

#include "support/files.h"

namespace omscope {
namespace {

namespace fs = std::filesystem;

TEST(SafeFileName, NeverLeavesTheFolder) {
  EXPECT_EQ(safe_file_name("a/b", ".npy"), "a_b.npy");
  EXPECT_EQ(safe_file_name("../../etc/passwd", ""), ".._.._etc_passwd");
  EXPECT_EQ(safe_file_name("..", ""), "_");
  EXPECT_EQ(safe_file_name("", ".npy"), "_.npy");
  EXPECT_EQ(safe_file_name(std::string("a\0b\n", 4), ""), "a_b_");
  EXPECT_EQ(safe_file_name("-rf", ""), "_rf");
}

TEST(SafeFileName, LongNamesStayApart) {
  const std::string start(300, 'x');
  const std::string a = safe_file_name(start + "a", ".npy");
  const std::string b = safe_file_name(start + "b", ".npy");
  EXPECT_NE(a, b);
  EXPECT_LE(a.size(), 255U);
}

TEST(OutputFolder, CollidingNamesGetNumbersAndAMapping) {
  const test::ScratchFolder scratch;
  auto folder = OutputFolder::create((scratch.path() / "out").string(), false);
  ASSERT_TRUE(folder.ok());
  ASSERT_TRUE(folder->write("a/b", ".npy", as_bytes("1")).ok());
  ASSERT_TRUE(folder->write("a_b", ".npy", as_bytes("2")).ok());
  std::vector<Problem> remarks;
  ASSERT_TRUE(folder->finish(remarks).ok());
  EXPECT_EQ(test::file_content(scratch.path() / "out/a_b.npy"), "1");
  EXPECT_EQ(test::file_content(scratch.path() / "out/a_b.2.npy"), "2");
  EXPECT_EQ(test::file_content(scratch.path() / "out/mapping.csv"),
            "file,name\na_b.2.npy,a_b\na_b.npy,a/b\n");
}

std::vector<Problem> finish(OutputFolder& folder) {
  std::vector<Problem> remarks;
  EXPECT_TRUE(folder.finish(remarks).ok());
  return remarks;
}

TEST(OutputFolder, AnEarlierMappingIsExtended) {
  const test::ScratchFolder scratch;
  for (const char* name : {"a/b", "c/d"}) {
    auto folder = OutputFolder::create(scratch.path().string(), false);
    ASSERT_TRUE(folder->write(name, ".npy", as_bytes("1")).ok());
    EXPECT_TRUE(finish(*folder).empty());
  }
  EXPECT_EQ(test::file_content(scratch.path() / "mapping.csv"),
            "file,name\na_b.npy,a/b\nc_d.npy,c/d\n");
}

TEST(OutputFolder, AMappingOfOthersIsKept) {
  const std::string theirs = "7027427249306566976,/a/b/Conv2D.long.4.2.1700000000163284\n";
  for (const bool force : {false, true}) {
    const test::ScratchFolder scratch;
    scratch.write("mapping.csv", theirs);
    auto folder = OutputFolder::create(scratch.path().string(), force);
    ASSERT_TRUE(folder->write("a/b", ".npy", as_bytes("1")).ok());
    const auto remarks = finish(*folder);
    ASSERT_EQ(remarks.size(), 1U);
    EXPECT_NE(remarks[0].message.find("mapping.2.csv"), std::string::npos);
    EXPECT_EQ(test::file_content(scratch.path() / "mapping.csv"), theirs);
    EXPECT_EQ(test::file_content(scratch.path() / "mapping.2.csv"), "file,name\na_b.npy,a/b\n");
  }
}

TEST(OutputFolder, SourcesTellApartWhatHasOneName) {
  const test::ScratchFolder scratch;
  auto folder = OutputFolder::create(scratch.path().string(), false);
  for (const char* source : {"a.npy", "a.pt"}) folder->reserve("a", ".npy", source);
  folder->reserve("b/c", ".npy", "b.pt");
  finish(*folder);
  EXPECT_EQ(test::file_content(scratch.path() / "mapping.csv"),
            "file,name,source\na.2.npy,a,a.pt\na.npy,a,a.npy\nb_c.npy,b/c,\n");
}

TEST(OutputFolder, NamesThatTurnTextRoundAreShown) {
  EXPECT_EQ(safe_file_name("a\xE2\x80\xAE"
                           "b\xC2\x9B"
                           "c\x1b",
                           ".npy"),
            "a_b_c_.npy");
  EXPECT_EQ(safe_file_name("\xE5\x8D\xB7", ".npy"), "\xE5\x8D\xB7.npy");
  const test::ScratchFolder scratch;
  auto folder = OutputFolder::create(scratch.path().string(), false);
  folder->reserve("a\x1b[31m\\", ".npy");
  finish(*folder);
  EXPECT_EQ(test::file_content(scratch.path() / "mapping.csv"),
            "file,name\na_[31m_.npy,a\\x1b[31m\\\\\n");
}

// Some file systems ignore case, and some names are devices there.
TEST(OutputFolder, NamesStayApartOnEveryFileSystem) {
  EXPECT_EQ(safe_file_name("CON", ".npy"), "_CON.npy");
  EXPECT_EQ(safe_file_name("nul.weight", ""), "_nul.weight");
  EXPECT_EQ(safe_file_name("com1", ""), "_com1");
  EXPECT_EQ(safe_file_name("conv", ""), "conv");
  const test::ScratchFolder scratch;
  auto folder = OutputFolder::create(scratch.path().string(), false);
  ASSERT_TRUE(folder->write("A", ".npy", as_bytes("1")).ok());
  ASSERT_TRUE(folder->write("a", ".npy", as_bytes("2")).ok());
  std::vector<Problem> remarks;
  const auto finished = folder->finish(remarks);
  ASSERT_TRUE(finished.ok());
  EXPECT_EQ(*finished, 1U);
  EXPECT_EQ(test::file_content(scratch.path() / "a.2.npy"), "2");
}

TEST(OutputFolder, MappingHasExactNames) {
  const test::ScratchFolder scratch;
  auto folder = OutputFolder::create(scratch.path().string(), false);
  ASSERT_TRUE(folder->write("=a/b", ".npy", as_bytes("1")).ok());
  finish(*folder);
  EXPECT_EQ(test::file_content(scratch.path() / "mapping.csv"), "file,name\n=a_b.npy,=a/b\n");
}

TEST(OutputFolder, LinksLeadNowhere) {
  const test::ScratchFolder scratch;
  const std::string outside = scratch.write("outside", "old");
  fs::create_directory(scratch.path() / "out");
  fs::create_symlink(outside, scratch.path() / "out/w.npy");
  auto folder = OutputFolder::create((scratch.path() / "out").string(), true);
  ASSERT_TRUE(folder->write("w", ".npy", as_bytes("new")).ok());
  EXPECT_EQ(test::file_content(outside), "old");
}

TEST(OutputFolder, NoMappingWhereNothingChanged) {
  const test::ScratchFolder scratch;
  auto folder = OutputFolder::create(scratch.path().string(), false);
  ASSERT_TRUE(folder->write("plain", ".npy", as_bytes("1")).ok());
  finish(*folder);
  EXPECT_FALSE(fs::exists(scratch.path() / "mapping.csv"));
}

TEST(OutputFolder, ExistingFilesAreKeptUnlessForced) {
  const test::ScratchFolder scratch;
  scratch.write("kept.npy", "old");
  auto careful = OutputFolder::create(scratch.path().string(), false);
  const auto refused = careful->write("kept", ".npy", as_bytes("new"));
  ASSERT_FALSE(refused.ok());
  EXPECT_NE(refused.error().message.find("--force"), std::string::npos);
  EXPECT_EQ(test::file_content(scratch.path() / "kept.npy"), "old");
  auto forced = OutputFolder::create(scratch.path().string(), true);
  ASSERT_TRUE(forced->write("kept", ".npy", as_bytes("new")).ok());
  EXPECT_EQ(test::file_content(scratch.path() / "kept.npy"), "new");
}

TEST(OutputFolder, FolderThatCannotBeIsAnError) {
  EXPECT_FALSE(OutputFolder::create("/proc/nonexistent/x", false).ok());
}

TEST(Csv, RowsAreReadAsTheyAreWritten) {
  const std::vector<std::string> cells = {"a", "b,c", "d\"e", "two\nlines", ""};
  const std::string text = csv_row(cells, CsvCells::kExact) + "last,row\r";
  std::string_view rest = text;
  EXPECT_EQ(next_csv_row(rest), cells);
  EXPECT_EQ(next_csv_row(rest), (std::vector<std::string>{"last", "row"}));
  EXPECT_TRUE(rest.empty());
}

TEST(Csv, CellsAreQuotedAndFormulasDisarmed) {
  EXPECT_EQ(csv_row({"a", "b,c", "d\"e"}), "a,\"b,c\",\"d\"\"e\"\n");
  EXPECT_EQ(csv_row({"=1+1", "-5", "-x", "+1e5"}), "'=1+1,-5,'-x,+1e5\n");
  EXPECT_EQ(csv_row({"-1+2", "+x", "-1-2", "-.5E-7", "-inf"}), "'-1+2,'+x,'-1-2,-.5E-7,-inf\n");
  EXPECT_EQ(csv_row({"\x1b[31m", "two\nlines", "\xc2\x9b"}), "\\x1b[31m,two\\nlines,\\xc2\\x9b\n");
  EXPECT_EQ(csv_row({"\x1b[31m", "a\nb"}, CsvCells::kExact), "\x1b[31m,\"a\nb\"\n");
}

}  // namespace
}  // namespace omscope
