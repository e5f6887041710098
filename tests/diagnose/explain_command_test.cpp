// `omscope explain` as a program that is called.

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "support/run_tool.h"

namespace omscope {
namespace {

using test::run_cli;

nlohmann::json entries(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), {"explain", "--format", "json"});
  const auto result = run_cli(arguments);
  EXPECT_EQ(result.exit_code, 0) << result.err;
  const auto document = nlohmann::json::parse(result.out, nullptr, false);
  EXPECT_FALSE(document.is_discarded());
  EXPECT_EQ(document.at("command"), "explain");
  return document.at("entries");
}

TEST(ExplainCommand, EveryKeyIsAlwaysThere) {
  for (const char* text : {"507011", "hello", "100777", "EZ9999", "", "\xff\xfe"}) {
    for (const auto& entry : entries({"--", text})) {
      for (const char* key :
           {"code", "symbol", "component", "meaning", "cause", "action", "known"}) {
        EXPECT_TRUE(entry.contains(key)) << text << ": " << key;
      }
    }
  }
}

TEST(ExplainCommand, NegativeCodesAreNoOptions) {
  EXPECT_EQ(entries({"-1"}).at(0).at("code"), "4294967295");
}

TEST(ExplainCommand, SeveralCodesOrAnUnquotedLine) {
  EXPECT_EQ(entries({"507011", "E10007"}).size(), 2U);
  const auto line = entries({"error", "code", "is", "507011"});
  ASSERT_EQ(line.size(), 1U);
  EXPECT_EQ(line.at(0).at("code"), "507011");
  EXPECT_EQ(entries({"nothing", "to", "see"}).size(), 1U);
}

TEST(ExplainCommand, UnknownIsNoFailure) {
  const auto unknown = entries({"100777"});
  EXPECT_EQ(unknown.at(0).at("known"), false);
  EXPECT_TRUE(unknown.at(0).at("symbol").is_null());
}

TEST(ExplainCommand, BadUsage) {
  EXPECT_EQ(run_cli({"explain"}).exit_code, 2);
  EXPECT_EQ(run_cli({"explain", "--lang", "fr", "1"}).exit_code, 2);
  EXPECT_EQ(run_cli({"explain", "--search", "memory", "507011"}).exit_code, 2);
  EXPECT_EQ(run_cli({"explain", "--search", "nowhere to be found"}).exit_code, 0);
}

}  // namespace
}  // namespace omscope
