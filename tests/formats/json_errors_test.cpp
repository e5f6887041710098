// What is said of JSON that cannot be parsed.

#include <gtest/gtest.h>

#include "support/files.h"

namespace omscope {
namespace {

Problem first_error(const std::string& text) {
  const auto result = test::read(text);
  for (const Problem& problem : result.model->problems.list()) {
    if (problem.severity == Severity::kError) return problem;
  }
  return {};
}

TEST(JsonErrors, AreInPlainWordsAndInsideOfTheFile) {
  for (const std::string text : {R"({"graph": [{"name": "g")",
                                 R"({"graph": [{"name": "g")"
                                 "\n",
                                 R"({"graph": [)"}) {
    const Problem cut = first_error(text);
    EXPECT_EQ(cut.code, Code::kBadJson) << text;
    EXPECT_EQ(cut.offset, text.size());
    EXPECT_EQ(cut.message.find("exception"), std::string::npos);
    EXPECT_NE(cut.message.find("ends too early"), std::string::npos) << cut.message;
    EXPECT_NE(cut.message.find("; "), std::string::npos) << "what to do";
  }
  const Problem odd = first_error(R"({"graph": [{"name": !}]})");
  EXPECT_EQ(odd.offset, 20U);
  EXPECT_NE(odd.message.find("is no JSON at"), std::string::npos) << odd.message;
}

}  // namespace
}  // namespace omscope
