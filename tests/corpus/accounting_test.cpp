// Every byte of a real offline model belongs to a part with a name, and nothing about it is wrong.

#include <nlohmann/json.hpp>

#include "support/corpus.h"
#include "support/files.h"
#include "support/run_tool.h"

namespace omscope {
namespace {

class RealModel : public testing::TestWithParam<std::string> {};
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(RealModel);

TEST_P(RealModel, IsAccountedForAndSound) {
  const auto result = test::run_cli(
      {"inspect", "--format", "json", "--show", "ops,weights,kernels,tasks", GetParam()});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  const auto out = nlohmann::json::parse(result.out);
  EXPECT_EQ(out["file"]["accounted"], out["file"]["size"]);
  EXPECT_EQ(out["file"]["unknown"], 0);
  for (const auto& problem : out["problems"]) EXPECT_NE(problem["severity"], "error") << problem;
}

TEST_P(RealModel, TextFitsAScreen) {
  const auto result = test::run_cli({"inspect", GetParam()});
  EXPECT_LE(std::count(result.out.begin(), result.out.end(), '\n'), 40);
  EXPECT_EQ(result.out.find('\x1b'), std::string::npos);
}

TEST_P(RealModel, WeightsHashAsTheirBytes) {
  const auto result = read_model(GetParam());
  ASSERT_TRUE(result.ok());
  const ir::Model& model = *result->model;
  for (const ir::Weight& weight : model.weights) {
    const ir::Tensor& tensor = *weight.tensor;
    ASSERT_TRUE(tensor.has_offset) << weight.op;
    ASSERT_LE(tensor.offset + tensor.size, model.file->size());
    EXPECT_EQ(as_text(model.file->bytes().subspan(tensor.offset, tensor.size)),
              as_text(tensor.bytes));
  }
}

INSTANTIATE_TEST_SUITE_P(Om, RealModel, testing::ValuesIn(test::corpus_files("om")),
                         [](const auto& each) { return test::test_name(each.param); });

TEST(RealModels, AreThere) {
  NEED_CORPUS();
  EXPECT_GE(test::corpus_files("om").size(), 20U);
}

}  // namespace
}  // namespace omscope
