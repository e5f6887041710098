// The tensors of a folder as `inspect --stats FOLDER` shows them.

#include <algorithm>
#include <filesystem>

#include <gtest/gtest.h>

#include "omscope/core/text.h"

#include "make_samples/dump_builder.h"
#include "support/files.h"
#include "support/run_tool.h"

namespace omscope {
namespace {

using samples::DumpBuilder;
using samples::float_tensor;

class FolderTable : public ::testing::Test {
 protected:
  std::string inspect(std::vector<std::string> options = {"--stats"}) const {
    options.insert(options.begin(), {"inspect", scratch_.path().string()});
    return test::run_cli(options).out;
  }
  /// The lines that have `word` in them.
  static std::vector<std::string> lines_with(const std::string& text, const std::string& word) {
    std::vector<std::string> lines;
    for (const std::string_view line : split(text, '\n')) {
      if (line.find(word) != std::string_view::npos) lines.emplace_back(line);
    }
    return lines;
  }

  test::ScratchFolder scratch_;
};

TEST_F(FolderTable, RowsOfOneOpDiffer) {
  for (const char* device : {"0", "1"}) {
    const std::string folder = std::string("20240229120000/") + device + "/net/1/0/";
    std::filesystem::create_directories(scratch_.path() / folder);
    scratch_.write(folder + "Relu.relu1.9.2.1700000000000002",
                   DumpBuilder("relu1").output(float_tensor({1, 2})).build());
    scratch_.write(folder + "Relu.relu2.3.2.1700000000000001",
                   DumpBuilder("relu2").output(float_tensor({1, 2})).build());
  }
  const std::string text = inspect();
  const auto rows = lines_with(text, "relu1");
  ASSERT_EQ(rows.size(), 2U) << text;
  EXPECT_NE(rows[0], rows[1]) << text;
  EXPECT_NE(text.find("device"), std::string::npos) << text;
  // In the order of the run, not of names.
  EXPECT_LT(text.find("relu2  "), text.find("relu1  ")) << text;
}

TEST_F(FolderTable, ThreadsOfOneOpDiffer) {
  for (const char* thread : {"0", "1"}) {
    scratch_.write(std::string("Relu.relu_lxslice0.1.2.1700000000000000.4.9.") + thread + ".0",
                   DumpBuilder("relu_lxslice0").output(float_tensor({1, 2})).build());
  }
  const std::string text = inspect();
  const auto rows = lines_with(text, "relu_lxslice0");
  ASSERT_EQ(rows.size(), 2U) << text;
  EXPECT_NE(rows[0], rows[1]) << text;
}

TEST_F(FolderTable, FilesWithoutAnOpAreNamed) {
  const std::string header = "{'descr': '<f4', 'fortran_order': False, 'shape': (1,), }";
  for (const char* name : {"one.npy", "two.npy"}) {
    std::string npy("\x93NUMPY\x01\x00\x76\x00", 10);
    npy += header + std::string(117 - header.size(), ' ') + "\n" + float_tensor({3}).payload;
    scratch_.write(name, npy);
  }
  const std::string text = inspect();
  EXPECT_EQ(lines_with(text, "one.npy").size(), 1U) << text;
  EXPECT_EQ(lines_with(text, "two.npy").size(), 1U) << text;
}

TEST_F(FolderTable, RecordedNumbersAreShownAndNothingIsInvented) {
  scratch_.write("Add.add1.1.2.1700000000000000.csv",
                 "Input/Output,Index,Data Size,Data Type,Format,Shape,Max Value,Min Value,Avg "
                 "Value,Count,Nan Count,Negative Inf Count,Positive Inf Count\n"
                 "Input,0,128,DT_FLOAT,ND,4x8,2.5,-1.25,0.125,32,7,1,2\n");
  const std::string text = inspect();
  const auto rows = lines_with(text, "recorded");
  ASSERT_EQ(rows.size(), 1U) << text;
  for (const char* value : {"-1.25", "2.5", "0.125", " 7 ", " 3 "}) {
    EXPECT_NE(rows[0].find(value), std::string::npos) << value << ": " << rows[0];
  }
  EXPECT_NE(text.find("had 7 NaN, 2 +Inf, 1 -Inf"), std::string::npos) << text;
  const std::string csv = inspect({"--stats", "--format", "csv"});
  EXPECT_NE(csv.find("recorded_pos_inf"), std::string::npos) << csv;
  EXPECT_NE(csv.find(",32,7,2,1,-1.25,2.5,0.125,"), std::string::npos) << csv;
}

TEST_F(FolderTable, TypesWithoutAKnownRuleHaveNoCounts) {
  auto tensor = float_tensor({1, 2});
  tensor.dtype = 99;
  scratch_.write("Add.add1.1.2.1700000000000000", DumpBuilder("add1").output(tensor).build());
  const std::string text = inspect();
  const auto rows = lines_with(text, "output:0  ");
  ASSERT_EQ(rows.size(), 1U) << text;
  EXPECT_EQ(rows[0].find(" 0 "), std::string::npos) << text;
  EXPECT_NE(rows[0].find("type not known"), std::string::npos) << text;
}

TEST_F(FolderTable, WhatIsOddIsSaidBeforeTheTable) {
  scratch_.write("Relu.relu1.3.2.1700000000000000",
                 DumpBuilder("relu1").output(float_tensor({0, 0, 0})).build());
  const std::string text = inspect();
  const size_t odd = text.find("relu1 output:0 (task 3) is 0 everywhere");
  ASSERT_NE(odd, std::string::npos) << text;
  EXPECT_LT(odd, text.find("float32")) << text;
}

TEST_F(FolderTable, NoSuchOpIsSaid) {
  scratch_.write("Relu.relu1.3.2.1700000000000000",
                 DumpBuilder("relu1").output(float_tensor({1})).build());
  EXPECT_NE(inspect({"--op", "nope*"}).find("no op has a name like that"), std::string::npos);
  EXPECT_NE(inspect({"--show", "tasks"}).find("--show tasks: only models have that"),
            std::string::npos);
  EXPECT_EQ(inspect({"--show", "all"}).find("only models"), std::string::npos);
}

TEST_F(FolderTable, AllLeavesNamesWhole) {
  const std::string op(120, 'x');
  scratch_.write("Relu." + op + ".3.2.1700000000000000",
                 DumpBuilder(op).output(float_tensor({1})).build());
  EXPECT_EQ(inspect().find(op), std::string::npos);
  EXPECT_NE(inspect({"--stats", "--all"}).find(op), std::string::npos);
  EXPECT_EQ(inspect({"--stats", "--all", "--width", "100"}).find(op), std::string::npos);
}

TEST_F(FolderTable, AnEmptyFolderIsNoDump) {
  EXPECT_EQ(test::run_cli({"inspect", scratch_.path().string()}).exit_code, 2);
}

/// `--op` takes the name of the header, so that is the one to tell.
TEST_F(FolderTable, OverflowNamesTheOpAsItsHeaderDoes) {
  scratch_.write("Conv2D.block_conv1.7.4.1700000000000000",
                 DumpBuilder("block/conv1").output(float_tensor({1})).build());
  scratch_.write("Opdebug.Node_OpDebug.7.4.1700000000000001",
                 samples::overflow_dump(
                     samples::new_overflow(0, 0, {1, 4, 7, 0, 65535, 65535, 0, 0, 0, 0, 4})));
  const std::string text = inspect({});
  EXPECT_NE(text.find("in op block/conv1 (Conv2D)"), std::string::npos) << text;
}

}  // namespace
}  // namespace omscope
