// An om and what `atc --mode=1` writes of it.
#include "diff/model_edit.h"
#include "diff/show_result.h"
#include "support/corpus.h"
#include "support/files.h"

namespace omscope {
namespace {

class DiffJson : public testing::TestWithParam<std::string> {};

TEST_P(DiffJson, IsEquivalentToItsModel) {
  NEED_CORPUS();
  const std::string file = test::file_content(GetParam());
  if (const auto model = test::model_of(file); model->model_def.empty()) {
    EXPECT_EQ(model->kind, Kind::kOmSvp);  // has no message that a JSON could show
    return;
  }
  const diff::Result result = test::diff_bytes(file, test::as_atc_json(file));
  EXPECT_EQ(test::name_of(result.verdict), "equivalent") << test::shown(result);
  EXPECT_TRUE(result.differences.empty()) << test::shown(result);
  EXPECT_TRUE(result.unmatched_a.empty() && result.unmatched_b.empty()) << test::shown(result);
}

INSTANTIATE_TEST_SUITE_P(Real, DiffJson, testing::ValuesIn(test::corpus_files("om")),
                         [](const auto& each) { return test::test_name(each.param); });
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(DiffJson);

TEST(DiffJsonFacts, GraphsThatTheJsonLacksAreSaid) {
  NEED_CORPUS();
  const std::string file = test::file_content(
      *test::corpus() / "om/hicann__cann-recipes-harmony-infer__SobelCustom.omc");
  const diff::Result result = test::diff_bytes(file, test::as_atc_json(file));
  EXPECT_EQ(result.network, diff::Proven::kUnknown);
  EXPECT_NE(result.sentence.find("in one of the files only"), std::string::npos) << result.sentence;
}

}  // namespace
}  // namespace omscope
