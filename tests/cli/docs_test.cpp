// Documents say what the program does: lists in them are compared with the tables in the code.

#include <set>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "omscope/core/problem.h"

#include "cli/console.h"
#include "support/files.h"
#include "support/run_tool.h"

namespace omscope {
namespace {

using nlohmann::json;
using test::lines_of;

TEST(Document, ListsEveryProblemCode) {
  std::string table;
  for (size_t i = 0; i <= static_cast<size_t>(Code::kMoreProblems); ++i) {
    const CodeInfo& info = code_info(static_cast<Code>(i));
    table += fmt::format("| `{}` | {} |\n", info.name, info.meaning);
  }
  const std::string page = test::file_content(test::source_dir() / "docs/cli.md");
  EXPECT_NE(page.find("|---|---|\n" + table), std::string::npos)
      << "docs/cli.md lacks the table of core/problem.cpp:\n"
      << table;
}

/// Keys whose members are names from the file, not ours.
bool holds_names(const std::string& key) {
  static const std::set<std::string> keys = {"header",   "op_types",  "opsets",
                                             "metadata", "config",    "attrs",
                                             "bounds",   "quantiles", "ulp_histogram"};
  return keys.count(key) != 0;
}

void collect_keys(const json& value, std::set<std::string>& keys) {
  if (value.is_object()) {
    for (const auto& [key, member] : value.items()) {
      keys.insert(key);
      if (!holds_names(key)) collect_keys(member, keys);
    }
  } else if (value.is_array()) {
    for (const json& member : value) collect_keys(member, keys);
  }
}

void expect_explained(const std::set<std::string>& keys) {
  const std::string page = test::file_content(test::source_dir() / "docs/cli.md");
  for (const std::string& key : keys) {
    EXPECT_NE(page.find('`' + key + '`'), std::string::npos) << key << " is not in docs/cli.md";
  }
}

TEST(Document, ExplainsEveryKeyOfCompare) {
  const auto samples = test::source_dir() / "samples";
  std::set<std::string> keys;
  const auto run =
      test::run_cli({"compare", (samples / "run_fault").string(), (samples / "golden").string(),
                     "--model", (samples / "tiny_resnet_b.om").string(), "--format", "json"});
  collect_keys(json::parse(run.out), keys);
  EXPECT_EQ(keys.count("first_divergence"), 1U);
  expect_explained(keys);
}

TEST(Document, ExplainsEveryKeyOfInspect) {
  std::set<std::string> keys;
  for (const char* sample : {"tiny_resnet.onnx", "tiny_resnet_a.om", "tiny_resnet_b.om"}) {
    const std::string path = (test::source_dir() / "samples" / sample).string();
    const auto run =
        test::run_cli({"inspect", "--format", "json", "--show", "all", "--stats", path});
    collect_keys(json::parse(run.out), keys);
  }
  const auto dumps = (test::source_dir() / "samples/dump_run").string();
  collect_keys(json::parse(test::run_cli({"inspect", "--format", "json", "--stats", dumps}).out),
               keys);
  expect_explained(keys);
}

}  // namespace
}  // namespace omscope
