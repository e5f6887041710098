// The container of offline models: header, tables, and what is wrong with damaged ones.

#include <gtest/gtest.h>

#include "make_samples/ge_builder.h"
#include "make_samples/om_builder.h"
#include "support/files.h"

namespace omscope {
namespace {

using samples::ModelBuilder;
using samples::OmBuilder;
using samples::TensorSpec;
using samples::u32;
using samples::u64;
using test::has_problem;
using test::problem_lines;
using test::read;

/// Data → Relu → NetOutput.
std::string small_model_def() {
  ModelBuilder model("small");
  model.graph("small_graph");
  const TensorSpec type = {::ge::proto::DT_FLOAT, {1, 4}, "ND"};
  model.op("x", "Data").attr("index", 0).open_input(type).output(type);
  model.op("relu", "Relu").input("x", type).output(type);
  model.op("Node_Output", "NetOutput").input("relu", type);
  model.finish();
  return samples::serialized(model.def());
}

OmBuilder sound() {
  return OmBuilder().partition(0, small_model_def()).partition(1, "weights!");
}

void expect_sound(const std::string& file) {
  const auto result = read(file);
  EXPECT_EQ(problem_lines(*result.model), "");
  EXPECT_EQ(result.model->account.accounted, file.size());
  EXPECT_EQ(result.model->account.unknown, 0U);
  ASSERT_EQ(result.model->graphs.size(), 1U);
  EXPECT_EQ(result.model->graphs[0].ops.size(), 3U);
}

TEST(OmFile, BothHeaderGenerationsAndTableWidths) {
  expect_sound(sound().build());
  expect_sound(sound().version2().build());
  expect_sound(sound().version2().wide().build());
}

TEST(OmFile, OffsetsAreAbsolute) {
  const OmBuilder builder = sound().version2().wide();
  const auto result = read(builder.build());
  const auto& partitions = result.model->container.partitions;
  ASSERT_EQ(partitions.size(), 2U);
  EXPECT_EQ(partitions[0].offset, builder.partition_offset(0));
  EXPECT_EQ(partitions[1].offset, builder.partition_offset(1));
  EXPECT_EQ(as_text(partitions[1].bytes), "weights!");
}

TEST(OmFile, SeveralTables) {
  const std::string file = OmBuilder()
                               .version2()
                               .wide()
                               .partition(0, small_model_def())
                               .next_table()
                               .partition(0, small_model_def())
                               .partition(1, "w")
                               .build();
  const auto result = read(file);
  EXPECT_EQ(problem_lines(*result.model), "");
  ASSERT_EQ(result.model->graphs.size(), 2U);
  EXPECT_EQ(result.model->graphs[1].table, 1U);
  EXPECT_EQ(result.model->inputs.size(), 1U) << "only the root model has an interface";
}

TEST(OmFile, OtherTableWidthIsTakenWithAWarning) {
  // The header says 32-bit (model_length is 0), the table is a 64-bit one.
  const std::string wide = sound().version2().wide().build();
  std::string file = wide;
  file.replace(184, 8, 8, '\0');
  file.replace(76, 4, u32(static_cast<uint32_t>(file.size() - 256)));
  const auto result = read(file);
  EXPECT_TRUE(has_problem(*result.model, Severity::kWarning, Code::kTableWidth));
  EXPECT_FALSE(result.model->problems.has_error()) << problem_lines(*result.model);
  EXPECT_EQ(result.model->graphs.size(), 1U);
}

TEST(OmFile, CutFileSaysHowMuchIsMissing) {
  const OmBuilder builder = sound();
  const auto result =
      read(OmBuilder(builder).truncated_at(builder.partition_offset(1) + 3).build());
  EXPECT_TRUE(has_problem(*result.model, Severity::kError, Code::kTruncated));
  EXPECT_TRUE(has_problem(*result.model, Severity::kError, Code::kTruncatedPartition));
  EXPECT_NE(problem_lines(*result.model).find("the file ends 5 bytes earlier"), std::string::npos)
      << problem_lines(*result.model);
  EXPECT_EQ(result.model->graphs[0].ops.size(), 3U) << "what is there is still read";
}

TEST(OmFile, BytesBehindTheLastPartitionAreAFinding) {
  const auto result = read(sound().build() + "rest");
  EXPECT_TRUE(has_problem(*result.model, Severity::kWarning, Code::kBadLength));
  EXPECT_TRUE(has_problem(*result.model, Severity::kWarning, Code::kUnexplainedBytes));
  EXPECT_EQ(result.model->account.unknown, 4U);
}

TEST(OmFile, UnknownAndRepeatedPartitions) {
  const auto result = read(sound().partition(60, "xyz").partition(1, "again").build());
  EXPECT_TRUE(has_problem(*result.model, Severity::kWarning, Code::kUnknownPartition));
  EXPECT_TRUE(has_problem(*result.model, Severity::kWarning, Code::kDuplicatePartition));
  EXPECT_EQ(result.model->account.unknown, 3U);
  EXPECT_FALSE(result.model->problems.has_error());
}

TEST(OmFile, OffsetsThatDisagreeWithTheSizes) {
  // Entry 1 is moved one byte ahead: its mem_offset stands behind num, entry 0 and its own type.
  const OmBuilder builder = sound();
  const auto size = static_cast<uint32_t>(small_model_def().size());
  const auto result = read(OmBuilder(builder).patched(256 + 4 + 12 + 4, u32(size - 1)).build());
  EXPECT_TRUE(has_problem(*result.model, Code::kPartitionOffset));
  EXPECT_TRUE(has_problem(*result.model, Code::kOverlap));
}

TEST(OmFile, ImpossibleCounts) {
  for (const uint32_t count : {0U, 4097U, 0xFFFFFFFFU}) {
    const auto result = read(sound().patched(256, u32(count)).build());
    EXPECT_TRUE(result.model->problems.has_error()) << count;
    EXPECT_TRUE(result.model->graphs.empty());
  }
}

TEST(OmFile, MoreTablesAnnouncedThanThereAre) {
  const auto result = read(sound().version2().patched(156, u32(3)).build());
  EXPECT_TRUE(has_problem(*result.model, Severity::kError, Code::kTruncated));
  EXPECT_EQ(result.model->graphs.size(), 1U);
}

TEST(OmFile, EncryptedBodyShowsTheHeaderOnly) {
  const auto result = read(sound().encrypted().build());
  EXPECT_EQ(result.model->kind, Kind::kOm);
  EXPECT_TRUE(has_problem(*result.model, Severity::kError, Code::kEncrypted));
  EXPECT_TRUE(result.model->container.partitions.empty());
  EXPECT_EQ(result.model->account.unknown, 0U);
}

TEST(OmFile, WithoutModelDef) {
  const auto result = read(OmBuilder().partition(1, "only weights").build());
  EXPECT_TRUE(result.model->problems.has_error());
}

TEST(OmFile, NameOfTheHeaderWhereTheModelHasNone) {
  ModelBuilder model("");
  model.graph("g");
  model.op("x", "Data");
  const auto result =
      read(OmBuilder().name("from_header").partition(0, samples::serialized(model.def())).build());
  EXPECT_EQ(result.model->info.name, "from_header");
}

// A 32-character name fills its field without a NUL behind it.
TEST(OmFile, NameWithoutTerminator) {
  const auto result = read(sound().name(std::string(32, 'n')).build());
  const auto& header = result.model->container.header;
  const auto name = std::find_if(header.begin(), header.end(),
                                 [](const auto& field) { return field.name == "name"; });
  ASSERT_NE(name, header.end());
  EXPECT_EQ(std::get<std::string>(name->value), std::string(32, 'n'));
}

}  // namespace
}  // namespace omscope
