// The recipes of docs/ci.md do what the document says: their commands are taken out of it and run
// on the samples.

#include <regex>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "cli/console.h"
#include "support/files.h"
#include "support/python.h"

namespace omscope {
namespace {

namespace fs = std::filesystem;
using Lines = std::vector<std::string>;

/// Fenced blocks of one language.
std::vector<Lines> blocks(const std::string& language) {
  std::vector<Lines> found;
  bool inside = false;
  for (const std::string& line :
       test::lines_of(test::file_content(test::source_dir() / "docs/ci.md"))) {
    if (inside && line == "```") inside = false;
    if (inside) found.back().push_back(line);
    if (line == "```" + language) {
      inside = true;
      found.emplace_back();
    }
  }
  return found;
}

size_t indent_of(const std::string& line) {
  return std::min(line.find_first_not_of(' '), line.size());
}

/// The lines below `key` that stand further to the right than it, without that indent.
Lines below(const Lines& block, const std::string& key) {
  for (size_t at = 0; at < block.size(); ++at) {
    const size_t indent = indent_of(block[at]);
    if (block[at].substr(indent) != key) continue;
    Lines inner;
    for (size_t i = at + 1; i < block.size() && indent_of(block[i]) > indent; ++i) {
      inner.push_back(block[i].substr(indent_of(block[i])));
    }
    return inner;
  }
  ADD_FAILURE() << key << " is not in the block";
  return {};
}

/// A workflow as its server would run it, with other values for some of its variables.
class Recipe {
 public:
  explicit Recipe(bool github) {
    for (const Lines& block : blocks("yaml")) {
      const bool is_github = block.front().starts_with("name:");
      if (is_github != github) continue;
      variables_ = below(block, github ? "env:" : "variables:");
      commands_ = below(block, github ? "run: |" : "script:");
    }
    fs::create_symlink(test::source_dir() / "samples", folder_.path() / "samples");
    folder_.write("accuracy.toml", test::text_of(blocks("toml").at(0)));
  }

  test::Seen run(const std::string& overrides) const {
    // Both servers stop at the first command that fails.
    std::string script = "set -e\nexport GITHUB_STEP_SUMMARY=summary.md\n";
    for (const std::string& variable : variables_) {
      static const std::regex pair(R"(([A-Z]+): (\S+))");
      script += std::regex_replace(variable, pair, "$1=$2") + "\n";
    }
    script += overrides + "\n";
    for (const std::string& command : commands_) {
      if (!command.starts_with("#")) {
        script += (command.starts_with("- ") ? command.substr(2) : command) + "\n";
      }
    }
    return test::run_line(script, folder_.path(), folder_.path());
  }

  std::string file(const std::string& name) const {
    return test::file_content(folder_.path() / name);
  }
  const fs::path& folder() const { return folder_.path(); }

 private:
  test::ScratchFolder folder_;
  Lines variables_;
  Lines commands_;
};

class CiRecipe : public testing::TestWithParam<bool> {};

TEST_P(CiRecipe, AGoodNightIsGreen) {
  const Recipe recipe(GetParam());
  const test::Seen seen = recipe.run("");
  EXPECT_EQ(seen.exit_code, 0) << test::text_of(seen.err);
  EXPECT_NO_THROW(test::run_python(recipe.folder(), R"(
import xml.etree.ElementTree as E
root = E.parse('report/junit.xml').getroot()
assert root.attrib['failures'] == '0' and int(root.attrib['tests']) >= 9, root.attrib
)"));
  EXPECT_TRUE(recipe.file("report/compare.html").starts_with("<!DOCTYPE html>"));
  if (GetParam()) {
    EXPECT_NE(recipe.file("summary.md").find("✅"), std::string::npos);
  }
}

TEST_P(CiRecipe, AFaultIsRedAndNamed) {
  const Recipe recipe(GetParam());
  EXPECT_EQ(recipe.run("RUN=samples/run_fault").exit_code, 1);
  EXPECT_NO_THROW(test::run_python(recipe.folder(), R"(
import xml.etree.ElementTree as E
root = E.parse('report/junit.xml').getroot()
failed = [c.attrib['name'] for c in root.iter('testcase') if c.find('failure') is not None]
assert failed and failed[0].startswith('down/'), failed
)"));
  EXPECT_NE(recipe.file("report/compare.html").find("it starts at down/"), std::string::npos);
  if (GetParam()) {
    EXPECT_NE(recipe.file("summary.md").find("❌"), std::string::npos);
  }
}

TEST_P(CiRecipe, NanIsRed) {
  EXPECT_EQ(Recipe(GetParam()).run("RUN=samples/run_nan").exit_code, 1);
}

TEST_P(CiRecipe, ANightWithoutDumpsIsRed) {
  const Recipe recipe(GetParam());
  EXPECT_EQ(recipe.run("RUN=empty; mkdir empty").exit_code, 2);
  EXPECT_EQ(recipe.run("RUN=no_such_folder").exit_code, 2);
}

INSTANTIATE_TEST_SUITE_P(Servers, CiRecipe, testing::Bool(), [](const auto& each) {
  return std::string(each.param ? "GitHub" : "GitLab");
});

TEST(CiBaseline, StandsForGolden) {
  const test::ScratchFolder folder;
  fs::create_symlink(test::source_dir() / "samples", folder.path() / "samples");
  std::string script = "set -e\n";
  const std::vector<Lines> steps = blocks("sh");
  ASSERT_EQ(steps.size(), 2U);
  for (const Lines& block : steps) script += test::text_of(block);
  const test::Seen seen = test::run_line(script, folder.path(), folder.path());
  EXPECT_EQ(seen.exit_code, 0) << test::text_of(seen.err);
  EXPECT_NE(test::text_of(seen.out).find("sample"), std::string::npos) << test::text_of(seen.out);
  EXPECT_LT(fs::file_size(folder.path() / "golden.baseline"), 200000U);
  const test::Seen fault = test::run_line(
      "omscope compare samples/run_fault golden.baseline --model samples/tiny_resnet_b.om",
      folder.path(), folder.path());
  EXPECT_EQ(fault.exit_code, 1) << test::text_of(fault.out);
}

}  // namespace
}  // namespace omscope
