// Real files, damaged.

#include "damage/damage_checks.h"
#include "support/corpus.h"
#include "support/files.h"

namespace omscope {
namespace {

/// One or two of each dialect and generation.
std::vector<std::string> offline_models() {
  std::vector<std::string> found;
  for (const char* name :
       {"946166920__hiai_ddk__relu.om", "946166920__hiai_ddk__tf_use_origin_format.om",
        "946166920__hiai_ddk__tf_softmax_hcs_npucl.om",
        "946166920__hiai_ddk__tf_conv_opversion_5.om", "Ascend__modelzoo__a3c_pong_model.om",
        "DragonGongY__nanotrack_hisi_ss928__backT.om",
        "GabrielWPC__Hi3519DV500SDKR11__nuc_model_384x288.om",
        "HuaweiAtlas__fall_detection__vanillacnn.om", "fairysli__Nanotrack_Atlas__Nanotrack_T.om",
        "hicann__cann-recipes-harmony-infer__SobelCustom.omc",
        "hicann__ge__dynamic_and_static_graph_without_unfold.om", "hicann__ge__flow_model.om",
        "hicann__ge__root_model.om", "huaweicloud__HiLens-Lab__landmark68_template_model.om",
        "a-ircle__atlas200i-line-tracking-car__my_122_anenet.om"}) {
    if (const auto corpus = test::corpus()) found.push_back((*corpus / "om" / name).string());
  }
  return found;
}

/// The smallest of each kind of text and of ONNX.
std::vector<std::string> other_models() {
  std::vector<std::string> found;
  for (const char* folder : {"real/onnx", "real/om_json", "real/ge_dumps"}) {
    std::vector<std::string> files = test::corpus_files(folder);
    std::erase_if(files, [](const std::string& file) { return file.ends_with(".gz"); });
    std::sort(files.begin(), files.end(), [](const std::string& a, const std::string& b) {
      return std::filesystem::file_size(a) < std::filesystem::file_size(b);
    });
    for (size_t i = 0; i < std::min<size_t>(files.size(), 3); ++i) found.push_back(files[i]);
  }
  return found;
}

std::vector<std::string> all_models() {
  std::vector<std::string> models = offline_models();
  for (const std::string& other : other_models()) models.push_back(other);
  return models;
}

class DamagedModel : public testing::TestWithParam<std::string> {
 protected:
  std::string content_ = test::file_content(GetParam());
};
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(DamagedModel);

TEST_P(DamagedModel, SurvivesCuts) {
  test::survives_cuts(content_);
}

TEST_P(DamagedModel, SurvivesFlips) {
  test::survives_flips(content_);
}

TEST_P(DamagedModel, SurvivesMutations) {
  test::survives_mutations(std::filesystem::path(GetParam()).filename().string(), content_);
}

INSTANTIATE_TEST_SUITE_P(Real, DamagedModel, testing::ValuesIn(all_models()),
                         [](const auto& each) { return test::test_name(each.param); });

class DamagedPartition : public DamagedModel {};
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(DamagedPartition);

TEST_P(DamagedPartition, LeavesTheOthersReadable) {
  test::keeps_other_partitions(content_);
}

INSTANTIATE_TEST_SUITE_P(Real, DamagedPartition, testing::ValuesIn(offline_models()),
                         [](const auto& each) { return test::test_name(each.param); });

TEST(DamagedModels, AreThere) {
  NEED_CORPUS();
  EXPECT_EQ(offline_models().size(), 15U);
  EXPECT_EQ(other_models().size(), 9U);
}

}  // namespace
}  // namespace omscope
