// A sound model against its damaged copies: the comparison ends, and says what it saw.

#include <sstream>

#include <gtest/gtest.h>

#include "omscope/core/json.h"
#include "omscope/diff/diff.h"
#include "omscope/report/diff_reports.h"

#include "damage/mutations.h"
#include "support/files.h"
#include "support/memory_meter.h"

namespace omscope {
namespace {

/// Compares both ways and writes all reports. Nothing is known of the verdict but that it is the
/// same both ways.
void compare_all(const ir::Model& sound, const ir::Model& damaged) {
  const test::MemoryMeter meter;
  const diff::Result there = diff::diff(sound, damaged, {});
  const diff::Result back = diff::diff(damaged, sound, {});
  EXPECT_EQ(there.verdict, back.verdict);
  EXPECT_EQ(there.matches.size(), back.matches.size());
  std::ostringstream json;
  report::write_diff_json(json, there);
  EXPECT_FALSE(Json::parse(json.str(), nullptr, false).is_discarded());
  std::ostringstream other;
  report::write_diff_markdown(other, there);
  report::write_diff_dot(other, there, sound, damaged);
  report::TextPage page({});
  report::write_diff_text(page, there, true);
  page.print(other);
  EXPECT_LT(meter.peak(), 10 * (sound.file->size() + damaged.file->size()) + (128U << 20U));
}

class DamagedDiff : public testing::TestWithParam<const char*> {
 protected:
  std::string content_ = test::file_content(test::source_dir() / "samples" / GetParam());
  ReadResult sound_ = test::read(content_);

  void compare_with(const std::string& damaged) {
    const ReadResult read = test::read(damaged);
    if (read.model->kind != Kind::kUnknown) compare_all(*sound_.model, *read.model);
  }
};

TEST_P(DamagedDiff, SurvivesCuts) {
  constexpr uint64_t kCuts = 60;
  for (const uint64_t length : test::cut_lengths(content_.size(), {}, kCuts)) {
    SCOPED_TRACE(length);
    compare_with(content_.substr(0, length));
  }
}

TEST_P(DamagedDiff, SurvivesMutations) {
  const int copies = test::long_tests() ? 600 : 60;
  std::mt19937_64 random(11);
  std::vector<test::Span> vital;
  for (const ir::Partition& part : sound_.model->container.partitions) {
    if (part.type != 1) vital.push_back({part.offset, part.size});
  }
  if (vital.empty()) vital.push_back({0, content_.size()});
  for (int i = 0; i < copies; ++i) {
    SCOPED_TRACE(i);
    compare_with(test::mutated(content_, vital, random));
  }
}

INSTANTIATE_TEST_SUITE_P(Samples, DamagedDiff,
                         testing::Values("tiny_resnet.onnx", "tiny_resnet_a.om",
                                         "tiny_resnet_b.om"),
                         [](const auto& each) {
                           std::string name = each.param;
                           std::replace(name.begin(), name.end(), '.', '_');
                           return name;
                         });

}  // namespace
}  // namespace omscope
