// Real models, written again, and changed in one place each.
#include "diff/change.h"
#include "diff/model_edit.h"
#include "diff/rewritten.h"
#include "diff/show_result.h"
#include "support/corpus.h"
#include "support/files.h"

namespace omscope {
namespace {

struct RealModel {
  const char* name;
  const char* file;
  bool as_json;    ///< as `atc --mode=1` writes the om
  size_t changes;  ///< that can be made in it
};

constexpr RealModel kModels[] = {
    {"Ascend310", "om/fairysli__Nanotrack_Atlas__Nanotrack_T.om", false, 29},
    {"Ascend2018", "om/HuaweiAtlas__fall_detection__vanillacnn.om", false, 26},
    {"Ascend2020", "om/Ascend__modelzoo__a3c_pong_model.om", false, 24},
    {"HiAi", "om/946166920__hiai_ddk__tensorflow2_resnet20_quant8_8_retrain.om", false, 25},
    {"HiAiQuantised", "om/946166920__hiai_ddk__quant8_8_notrain_opt_model.om", false, 24},
};

std::string content_of(const RealModel& model) {
  const std::string file = test::file_content(*test::corpus() / model.file);
  return model.as_json ? test::as_atc_json(file) : file;
}

class DiffReal : public testing::TestWithParam<RealModel> {};

TEST_P(DiffReal, IsIdenticalToItself) {
  NEED_CORPUS();
  const std::string file = content_of(GetParam());
  const diff::Result result = test::diff_bytes(file, file);
  EXPECT_EQ(test::name_of(result.verdict), "identical");
  EXPECT_TRUE(result.differences.empty());
}

TEST_P(DiffReal, IsEquivalentWhenWrittenAgain) {
  NEED_CORPUS();
  const std::string file = content_of(GetParam());
  const std::string plain = test::ModelEdit(file).file();
  test::expect_equivalent(plain, test::written_again(file));
  test::expect_mirror(plain, test::written_again(file));
}

TEST_P(DiffReal, IsEquivalentWhenRenamed) {
  NEED_CORPUS();
  const std::string file = content_of(GetParam());
  const std::string plain = test::ModelEdit(file).file();
  test::expect_equivalent(plain, test::renamed(file));
  test::expect_mirror(plain, test::renamed(file));
}

TEST_P(DiffReal, ShowsOneChangeAsOneDifference) {
  NEED_CORPUS();
  const auto without = test::expect_each_found(content_of(GetParam()));
  EXPECT_EQ(test::changes().size() - without.size(), GetParam().changes)
      << testing::PrintToString(without);
}

INSTANTIATE_TEST_SUITE_P(All, DiffReal, testing::ValuesIn(kModels),
                         [](const auto& each) { return std::string(each.param.name); });

}  // namespace
}  // namespace omscope
