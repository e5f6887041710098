// The project's own samples, damaged: machines without real files check the same.

#include <gtest/gtest.h>

#include "damage/damage_checks.h"
#include "support/files.h"

namespace omscope {
namespace {

class DamagedSample : public testing::TestWithParam<const char*> {
 protected:
  std::string content_ = test::file_content(test::source_dir() / "samples" / GetParam());
};

TEST_P(DamagedSample, SurvivesCuts) {
  test::survives_cuts(content_);
}

TEST_P(DamagedSample, SurvivesFlips) {
  test::survives_flips(content_);
}

TEST_P(DamagedSample, SurvivesMutations) {
  test::survives_mutations(GetParam(), content_);
}

TEST_P(DamagedSample, DamagedPartitionLeavesTheOthersReadable) {
  test::keeps_other_partitions(content_);
}

INSTANTIATE_TEST_SUITE_P(Samples, DamagedSample,
                         testing::Values("tiny_resnet.onnx", "tiny_resnet_a.om",
                                         "tiny_resnet_b.om"),
                         [](const auto& each) {
                           std::string name = each.param;
                           std::replace(name.begin(), name.end(), '.', '_');
                           return name;
                         });

}  // namespace
}  // namespace omscope
