// What the tool says of itself and of a command line that it cannot follow.

#include <algorithm>
#include <sstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "omscope/io.h"

#include "support/files.h"
#include "support/run_tool.h"

namespace omscope {
namespace {

using nlohmann::json;
using test::run_cli;

std::string complaint(const std::vector<std::string>& arguments) {
  const auto result = run_cli(arguments);
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_EQ(result.out, "");
  return result.err;
}

TEST(Usage, OneLineThatNamesTheArgument) {
  EXPECT_EQ(complaint({"inspect", "--show", "foo", "x"}),
            "omscope: error: --show: foo is not one of all, header, partitions, io, attrs, ops, "
            "weights, tasks, kernels, aipp; see 'omscope inspect --help'\n");
  EXPECT_EQ(complaint({"inspect"}),
            "omscope: error: FILE: is missing; see 'omscope inspect --help'\n");
  EXPECT_EQ(complaint({"inspect", "--nosuch", "x"}),
            "omscope: error: --nosuch: is no option of this command; see 'omscope inspect "
            "--help'\n");
  EXPECT_EQ(complaint({"inspect", "--threads", "many", "x"}),
            "omscope: error: --threads: many is no whole number from 0 to 1024; see 'omscope "
            "inspect --help'\n");
  EXPECT_EQ(complaint({"inspect", "x", "--format"}),
            "omscope: error: --format: takes one value, which is missing or given twice; see "
            "'omscope inspect --help'\n");
}

TEST(Usage, CommandsAreListed) {
  const std::string commands =
      "the commands are inspect, diff, compare, convert, diagnose, explain, repro; see "
      "'omscope --help'\n";
  EXPECT_EQ(complaint({"frob"}), "omscope: error: frob: is no command; " + commands);
  EXPECT_EQ(complaint({}), "omscope: error: a command is missing; " + commands);
  EXPECT_EQ(complaint({"--nosuch"}),
            "omscope: error: --nosuch: a command comes first; " + commands);
}

TEST(Usage, JsonStaysJson) {
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{"inspect", "--format", "json", "--show", "foo", "x"},
        std::vector<std::string>{"inspect", "--format=json", "--show", "foo", "x"}}) {
    const auto result = run_cli(arguments);
    EXPECT_EQ(result.exit_code, 2);
    const json out = json::parse(result.out);
    EXPECT_EQ(out["tool"], "omscope");
    EXPECT_EQ(out["command"], "inspect");
    EXPECT_TRUE(out["version"].is_string());
    EXPECT_TRUE(out["schema"].is_number_integer());
    ASSERT_EQ(out["problems"].size(), 1U);
    EXPECT_EQ(out["problems"][0]["code"], "bad-usage");
    EXPECT_EQ(out["problems"][0]["where"], "--show");
  }
  EXPECT_TRUE(json::accept(run_cli({"frob", "--format", "json"}).out));
}

TEST(Usage, VersionNamesWhatItIsMadeOf) {
  const auto result = run_cli({"--version"});
  EXPECT_EQ(result.exit_code, 0);
  for (const char* name : {"omscope ", "fmt ", "CLI11 ", "oneTBB ", "nlohmann-json ", "protobuf ",
                           "ONNX ", "OpenSSL ", "libelf ", "libzip ", "zlib "}) {
    EXPECT_NE(result.out.find(name), std::string::npos) << name;
  }
  EXPECT_NE(result.out.find("instruction set in use: "), std::string::npos);
  EXPECT_NE(run_cli({"--help"}).out.find("Example:\n  omscope inspect"), std::string::npos);
}

TEST(Usage, FilesBehindAnOptionAreFiles) {
  const auto result = run_cli({"inspect", "--show", "io,ops", "/nonexistent/a", "/nonexistent/b"});
  EXPECT_NE(result.err.find("/nonexistent/a: error"), std::string::npos) << result.err;
  EXPECT_NE(result.err.find("/nonexistent/b: error"), std::string::npos) << result.err;
}

TEST(Report, IsNotWrittenOverAnInput) {
  const test::ScratchFolder folder;
  const std::string input = folder.write("m.om", "just some words");
  const auto result = run_cli({"inspect", input, "-o", input});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_NE(result.err.find("is an input of this run"), std::string::npos);
  EXPECT_EQ(test::file_content(input), "just some words");
  const auto missing = run_cli({"inspect", input, "-o", (folder.path() / "none/x").string()});
  EXPECT_NE(missing.err.find("does not exist"), std::string::npos);
}

TEST(Problems, AFloodIsCutOnStandardError) {
  Problems problems("m.om");
  for (int i = 0; i < 50; ++i) problems.warning(Code::kBadEdge, std::nullopt, "", "odd");
  std::ostringstream out;
  std::ostringstream err;
  cli::Io io{out, err};
  cli::print_problems(problems, io);
  const std::string text = err.str();
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 21);
  EXPECT_TRUE(text.ends_with("omscope: m.om: … and 30 more; --format json lists all\n"));
}

}  // namespace
}  // namespace omscope
