// What is known of pairs of real models.
#include <algorithm>
#include <cstring>
#include <filesystem>
#include <set>

#include "diff/show_result.h"
#include "support/corpus.h"
#include "support/files.h"

namespace omscope {
namespace {

struct Pair {
  const char* name;
  const char* a;
  const char* b;
  const char* verdict;
};

constexpr const char* kFairysli = "om/fairysli__Nanotrack_Atlas__Nanotrack_T.om";
constexpr const char* kHelloChang =
    "om/HelloChang1__Nanotrack_Atlas200I_Inference__nanotrack_backbone_127.om";
constexpr const char* kBackT = "om/DragonGongY__nanotrack_hisi_ss928__backT.om";
constexpr const char* kA3cFirst = "om/Ascend__modelzoo__a3c_pong_model.757f1fa.om";
constexpr const char* kA3cSecond = "om/Ascend__modelzoo__a3c_pong_model.om";
constexpr const char* kConv0 = "om/946166920__hiai_ddk__tf_conv_opversion_0.om";
constexpr const char* kConv5 = "om/946166920__hiai_ddk__tf_conv_opversion_5.om";
constexpr const char* kSoftmaxIr = "om/946166920__hiai_ddk__tf_softmax_infershaped.om";
constexpr const char* kSoftmaxCpu = "om/946166920__hiai_ddk__tf_softmax_hcs_cpucl.om";
constexpr const char* kSoftmaxNpu = "om/946166920__hiai_ddk__tf_softmax_hcs_npucl.om";
constexpr const char* kStripSmall = "om/GabrielWPC__Hi3519DV500SDKR11__aidestrip_model_120x90.om";
constexpr const char* kStrip256 = "om/GabrielWPC__Hi3519DV500SDKR11__aidestrip_model_256x192.om";
constexpr const char* kStrip384 = "om/GabrielWPC__Hi3519DV500SDKR11__aidestrip_model_384x288.om";
constexpr const char* kNuc = "om/GabrielWPC__Hi3519DV500SDKR11__nuc_model_384x288.om";
constexpr const char* kAnenet = "om/a-ircle__atlas200i-line-tracking-car__my_122_anenet.om";
constexpr const char* kBackbone = "real/onnx/nanotrack/nanotrack_backbone127.onnx";
constexpr const char* kLane14 = "real/onnx/lanenet_epochs/lanenet_epoch_14_batch_8_AUG.onnx";
constexpr const char* kLane50 = "real/onnx/lanenet_epochs/lanenet_epoch_50_batch_8_AUG.onnx";
constexpr const char* kLane122 = "real/onnx/lanenet_epochs/lanenet_epoch_122_batch_8_AUG.onnx";
constexpr const char* kVanilla = "om/HuaweiAtlas__fall_detection__vanillacnn.om";
constexpr const char* kLandmark = "om/huaweicloud__HiLens-Lab__landmark68_template_model.om";

diff::Result compared(const char* a, const char* b) {
  return test::diff_files((*test::corpus() / a).string(), (*test::corpus() / b).string());
}

constexpr Pair kPairs[] = {
    {"NanoTrackTwoCompilers", kFairysli, kHelloChang, "rebuilt"},
    {"NanoTrackOtherVersion", kFairysli, kBackT, "different"},
    {"NanoTrackOtherVersionNewer", kHelloChang, kBackT, "different"},
    {"A3c", kA3cFirst, kA3cSecond, "interface"},
    {"ConvOpVersions", kConv0, kConv5, "rebuilt"},
    {"SoftmaxPlacedOnNpu", kSoftmaxIr, kSoftmaxNpu, "rebuilt"},
    {"SoftmaxCpuToNpu", kSoftmaxCpu, kSoftmaxNpu, "rebuilt"},
    {"NamesProveNothing", kVanilla, kLandmark, "different"},
    {"StripResolutions", kStrip256, kStrip384, "interface"},
    {"StripWithoutGraph", kStripSmall, kStrip256, "interface"},
    {"StripWithoutGraph384", kStripSmall, kStrip384, "interface"},
    {"StripAndNuc", kStrip384, kNuc, "different"},
    {"StripAndNuc256", kStrip256, kNuc, "different"},
    {"StripSmallAndNuc", kStripSmall, kNuc, "different"},
    {"LanenetEpochs", kLane14, kLane50, "different"},
    {"BackboneAndItsModel", kBackbone, kBackT, "rebuilt"},
    {"BackboneAndAnotherExport", kBackbone, kFairysli, "different"},
    {"LanenetAndItsModel", kLane122, kAnenet, "rebuilt"},
    {"LanenetOtherEpoch14", kLane14, kAnenet, "different"},
    {"LanenetOtherEpoch50", kLane50, kAnenet, "different"},
    {"NothingInCommon", "real/onnx/ge_tests/onnx_conv2d.onnx", kBackT, "different"},
    {"NothingInCommonButOneOp", "real/onnx/ge_tests/onnx_clip_v9.onnx", kSoftmaxIr, "different"},
};

using Matches = std::set<std::pair<std::vector<std::string>, std::vector<std::string>>>;

Matches matches_of(const diff::Result& result) {
  Matches all;
  for (const diff::Match& match : result.matches) all.emplace(match.a, match.b);
  return all;
}

Matches mirrored(const Matches& matches) {
  Matches all;
  for (const auto& [a, b] : matches) all.emplace(b, a);
  return all;
}

class DiffPairs : public testing::TestWithParam<Pair> {};

TEST_P(DiffPairs, Verdict) {
  NEED_CORPUS();
  const diff::Result result = compared(GetParam().a, GetParam().b);
  EXPECT_EQ(test::name_of(result.verdict), GetParam().verdict) << test::shown(result);
  const diff::Result back = compared(GetParam().b, GetParam().a);
  EXPECT_EQ(test::name_of(back.verdict), GetParam().verdict) << test::shown(back);
  EXPECT_EQ(mirrored(matches_of(back)), matches_of(result));
  EXPECT_EQ(result.differences.size(), back.differences.size());
  const diff::Result self = compared(GetParam().a, GetParam().a);
  EXPECT_EQ(test::name_of(self.verdict), "identical");
  EXPECT_TRUE(self.differences.empty()) << test::shown(self);
}

INSTANTIATE_TEST_SUITE_P(Real, DiffPairs, testing::ValuesIn(kPairs),
                         [](const auto& each) { return std::string(each.param.name); });

TEST(DiffPairFacts, NanoTrackConstants) {
  NEED_CORPUS();
  const diff::Result result = compared(kFairysli, kHelloChang);
  EXPECT_EQ(result.weights.equal.count, 82U);
  EXPECT_EQ(result.weights.unmatched.count, 0U);
  EXPECT_EQ(test::count_of(result, diff::Class::kTarget), 1U);
  EXPECT_EQ(test::count_of(result, diff::Class::kStructure), 0U);
  EXPECT_EQ(compared(kFairysli, kBackT).weights.equal.count, 0U);
}

/// The file with the floats of one constant replaced.
std::string with_floats(std::string content, std::string_view constant, float (*change)(float)) {
  const auto model = test::model_of(content);
  for (const ir::Weight& weight : model->weights) {
    if (weight.op != constant) continue;
    std::string bytes(as_text(weight.tensor->bytes));
    const size_t at = content.find(bytes);
    for (size_t i = 0; i + sizeof(float) <= bytes.size(); i += sizeof(float)) {
      float value = 0;
      std::memcpy(&value, bytes.data() + i, sizeof(value));
      value = change(value);
      std::memcpy(bytes.data() + i, &value, sizeof(value));
    }
    content.replace(at, bytes.size(), bytes);
    return content;
  }
  ADD_FAILURE() << constant;
  return content;
}

// What a compiler folded is computed once more: a constant that it depends on cannot be exchanged
// without being noticed.
TEST(DiffPairFacts, LanenetFoldedBatchNormalization) {
  NEED_CORPUS();
  const std::string onnx = test::file_content(*test::corpus() / kLane122);
  const std::string om = test::file_content(*test::corpus() / kAnenet);
  const diff::Result same = test::diff_bytes(onnx, om);
  EXPECT_EQ(same.weights_proven, diff::Proven::kYes);
  EXPECT_EQ(same.weights.different.count, 0U);
  struct Edit {
    const char* constant;
    float (*change)(float);
    uint64_t different;
  };
  const auto twisted = [](float x) { return 3 * x + 1; };
  const Edit kEdits[] = {
      {"upsample_binary_4_0.ext_tconv1.weight", [](float) { return 0.0F; }, 1},
      {"upsample_binary_4_0.ext_tconv1_bnorm.weight", twisted, 2},
      {"upsample_embedding_5_0.ext_tconv1_bnorm.bias", twisted, 1},
      {"upsample_embedding_5_0.ext_tconv1_bnorm.running_var", [](float x) { return 100 * x; }, 2},
      {"initial_block.batch_norm.running_mean", twisted, 1},
  };
  for (const Edit& edit : kEdits) {
    SCOPED_TRACE(edit.constant);
    const std::string edited = with_floats(onnx, edit.constant, edit.change);
    const diff::Result result = test::diff_bytes(edited, om);
    EXPECT_EQ(test::name_of(result.verdict), "different") << test::shown(result);
    EXPECT_EQ(result.weights.different.count, edit.different);
    EXPECT_EQ(test::diff_bytes(om, edited).weights.different.count, edit.different);
  }
  // The scale of one that stands alone is in both of its constants: neither can be recognised.
  const diff::Result open =
      test::diff_bytes(with_floats(onnx, "initial_block.batch_norm.weight", twisted), om);
  EXPECT_EQ(open.weights_proven, diff::Proven::kUnknown);
}

TEST(DiffPairFacts, A3cOutputAndConstants) {
  NEED_CORPUS();
  const diff::Result result = compared(kA3cFirst, kA3cSecond);
  EXPECT_EQ(result.weights.equal.count, 11U);
  ASSERT_EQ(test::count_of(result, diff::Class::kInterface), 1U) << test::shown(result);
  EXPECT_EQ(result.differences[0].subject, "output out_a:0");
  EXPECT_EQ(result.network, diff::Proven::kYes);
}

TEST(DiffPairFacts, PlacementIsNamed) {
  NEED_CORPUS();
  EXPECT_EQ(test::count_of(compared(kSoftmaxCpu, kSoftmaxNpu), diff::Class::kPlacement), 1U);
  EXPECT_EQ(test::count_of(compared(kSoftmaxIr, kSoftmaxNpu), diff::Class::kPlacement), 1U);
}

TEST(DiffPairFacts, NothingProvenWithoutAGraph) {
  NEED_CORPUS();
  const diff::Result result = compared(kStripSmall, kStrip256);
  EXPECT_EQ(result.network, diff::Proven::kUnknown);
  EXPECT_NE(result.sentence.find("cannot be proven"), std::string::npos) << result.sentence;
}

TEST(DiffPairFacts, NegativeControl) {
  NEED_CORPUS();
  const diff::Result result = compared(kBackbone, kFairysli);
  ASSERT_TRUE(result.coverage);
  EXPECT_EQ(result.coverage->covered, 0U);
  EXPECT_EQ(result.weights.equal.count + result.weights.equal_after_rounding.count, 0U);
}

TEST(DiffPairFacts, StripFilters) {
  NEED_CORPUS();
  EXPECT_EQ(compared(kStrip256, kStrip384).weights.different.count, 0U);
}

/// Dumps of one compile, in the order in which they were written; the same stages in both texts.
std::vector<std::string> stages(const std::string& prefix) {
  std::vector<std::string> found;
  const auto folder = *test::corpus() / "real/ge_dumps/protein_classification_310";
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().filename().string().starts_with(prefix)) {
      found.push_back(entry.path().string());
    }
  }
  std::sort(found.begin(), found.end());
  return found;
}

TEST(DiffStages, EachIsTheSameNetworkAsTheOneBefore) {
  NEED_CORPUS();
  for (const char* prefix : {"ge_proto", "ge_onnx"}) {
    const auto files = stages(prefix);
    ASSERT_EQ(files.size(), 8U);
    for (size_t i = 1; i < files.size(); ++i) {
      SCOPED_TRACE(files[i]);
      const diff::Result result = test::diff_files(files[i - 1], files[i]);
      EXPECT_LT(result.verdict, diff::Verdict::kInterface) << test::shown(result);
      EXPECT_EQ(result.network, diff::Proven::kYes);
      EXPECT_EQ(result.weights_proven, diff::Proven::kUnknown);  // dumps hold no values
    }
  }
}

TEST(DiffStages, FusionAndInsertedOpsAreTold) {
  NEED_CORPUS();
  const auto files = stages("ge_proto");
  const diff::Result fused = test::diff_files(files[2], files[3]);
  EXPECT_EQ(test::count_of(fused, diff::Class::kFusion), 25U) << test::shown(fused);
  EXPECT_EQ(fused.unmatched_b.size(), 83U);  // 52 Cast and 31 TransData
  const diff::Result removed = test::diff_files(files[3], files[4]);
  EXPECT_EQ(removed.unmatched_a.size(), 75U);  // 50 Cast and 25 TransData of constants
  EXPECT_TRUE(removed.unmatched_b.empty());
}

TEST(DiffStages, BothTextsOfOneStageSayTheSame) {
  NEED_CORPUS();
  const auto proto = stages("ge_proto");
  const auto onnx = stages("ge_onnx");
  for (size_t i = 0; i < proto.size(); ++i) {
    const diff::Result result = test::diff_files(proto[i], onnx[i]);
    EXPECT_EQ(test::name_of(result.verdict), "equivalent") << proto[i] << test::shown(result);
  }
}

TEST(DiffPairFacts, OnnxCoverage) {
  NEED_CORPUS();
  const diff::Result backbone = compared(kBackbone, kBackT);
  ASSERT_TRUE(backbone.coverage);
  EXPECT_EQ(backbone.coverage->onnx_nodes, 103U);
  EXPECT_GE(backbone.coverage->covered, 91U);
  EXPECT_TRUE(backbone.coverage->missing.empty()) << test::shown(backbone);
  EXPECT_EQ(backbone.weights.equal.count + backbone.weights.equal_after_rounding.count, 72U);
  const diff::Result lanenet = compared(kLane122, kAnenet);
  ASSERT_TRUE(lanenet.coverage);
  EXPECT_EQ(lanenet.coverage->onnx_nodes, 462U);
  EXPECT_GE(lanenet.coverage->covered, 355U);
  EXPECT_TRUE(lanenet.coverage->missing.empty()) << test::shown(lanenet);
  EXPECT_GE(lanenet.weights.equal.count + lanenet.weights.equal_after_rounding.count, 225U);
}

}  // namespace
}  // namespace omscope
