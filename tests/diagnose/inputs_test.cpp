// What was given and what was asked for: nothing that could not be read, checked or found passes
// for an all-clear.
#include <algorithm>
#include <filesystem>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "omscope/diagnose/diagnose_inputs.h"

#include "fuzz/zip_file.h"
#include "make_samples/failing_log.h"
#include "support/files.h"
#include "support/run_tool.h"

namespace omscope::diagnose {
namespace {

Report report_of(std::vector<std::string> paths) {
  InputOptions options;
  options.paths = std::move(paths);
  return diagnose(options);
}

bool has_error(const Report& report, std::string_view words) {
  return std::any_of(report.problems.begin(), report.problems.end(), [&](const Problem& each) {
    return each.severity == Severity::kError && each.message.find(words) != std::string::npos;
  });
}

std::string sample(const char* name) {
  return (test::source_dir() / "samples" / name).string();
}

/// Each line of the text behind a prefix.
std::string prefixed(const std::string& text, const std::string& prefix) {
  std::string out = prefix;
  for (const char c : text) {
    out += c;
    if (c == '\n') out += prefix;
  }
  return out.substr(0, out.size() - prefix.size());
}

TEST(Inputs, ZipIsReadAsTheFolderIs) {
  const test::ScratchFolder folder;
  const std::string zip = folder.write(
      "bundle.bin", fuzz::zip_file({{"logs/plog.log", samples::failing_plog()}, {"logs/", ""}}));
  const Report report = report_of({zip});
  ASSERT_EQ(report.incidents.size(), 1U);
  EXPECT_EQ(report.incidents[0].rule, "bad-device-address");
  EXPECT_EQ(report.incidents[0].evidence[0].file, zip + "!logs/plog.log");
}

TEST(Inputs, NothingThatCanTellIsAnError) {
  const test::ScratchFolder folder;
  std::filesystem::create_directory(folder.path() / "empty");
  const std::string elf = folder.write("a.out", std::string("\x7f"
                                                            "ELF\2\1\1\0\0\0\0\0\0\0",
                                                            14) +
                                                    std::string(100, '\0'));
  for (const std::string& path :
       {elf, (folder.path() / "empty").string(),
        folder.write("b.zip", fuzz::zip_file({{"k.o", std::string(9, '\0')}})),
        folder.write("c.json", "{\"a\": 1}"), folder.write("d.log", ""),
        folder.write("e.log", " \n\n"), sample("tiny_resnet_a.om"), sample("tiny_resnet.onnx")}) {
    const Report report = report_of({path});
    EXPECT_TRUE(has_error(report, "nothing here that diagnose reads")) << path;
    const test::ToolResult result = test::run_cli({"diagnose", path});
    EXPECT_EQ(result.exit_code, 2) << path;
    EXPECT_NE(result.err.find("nothing here"), std::string::npos) << result.err;
  }
}

TEST(Inputs, PrefixesHideNothing) {
  const Report plain = report_of({sample("logs/plog-4242.log")});
  const test::ScratchFolder folder;
  for (const char* prefix : {"2025-05-08T09:56:20Z pod-7 ", "worker-0  | ",
                             "[rank0]: ", "2025-05-08T09:56:20.123Z ", "[pod/a-0/b] "}) {
    for (const std::string& text : {samples::failing_plog(), samples::failing_screen()}) {
      const Report all = report_of({folder.write("plain.txt", text)});
      const Report report = report_of({folder.write("shipped.txt", prefixed(text, prefix))});
      ASSERT_EQ(report.incidents.size(), all.incidents.size()) << prefix;
      for (size_t i = 0; i < report.incidents.size(); ++i) {
        EXPECT_EQ(report.incidents[i].conclusion.en, all.incidents[i].conclusion.en);
        EXPECT_EQ(report.incidents[i].lines, all.incidents[i].lines);
      }
      EXPECT_EQ(report.looked.errors, all.looked.errors);
      EXPECT_EQ(report.looked.unread, 0U);
    }
  }
}

TEST(Inputs, ErrorsInNoKnownFormAreCounted) {
  const test::ScratchFolder folder;
  const std::string path =
      folder.write("a.log", samples::failing_plog() + "~~[ERROR] RUNTIME(1,a):2025\n=[ERROR] x\n");
  const Report report = report_of({path});
  EXPECT_EQ(report.looked.unread, 2U);
  ASSERT_FALSE(report.problems.empty());
  EXPECT_EQ(report.problems.back().severity, Severity::kWarning);
  EXPECT_NE(report.problems.back().message.find("2 lines with [ERROR]"), std::string::npos);
}

TEST(Inputs, FiltersSayWhatTheyLeaveAside) {
  const std::string logs = sample("logs/plog-4242.log");
  InputOptions options;
  options.paths = {logs};
  options.logs.pid = 999;
  EXPECT_TRUE(has_error(diagnose(options), "no line of these logs is of this process"));
  options.logs.pid.reset();
  options.logs.op_globs = {"Nope*"};
  const Report none = diagnose(options);
  EXPECT_EQ(none.looked.filtered, 1U);
  EXPECT_TRUE(has_error(none, "names no op or kernel"));
  EXPECT_EQ(test::run_cli({"diagnose", logs, "--pid", "999"}).exit_code, 2);
  const test::ScratchFolder folder;
  const std::string two = folder.write(
      "two.log", samples::failing_plog() +
                     "[INFO] GE(17,b):2025-05-08-09:56:18.526.761 [a.cc:1]17 F:nothing\n");
  const test::ToolResult other = test::run_cli({"diagnose", two, "--pid", "17"});
  EXPECT_EQ(other.exit_code, 0);
  EXPECT_NE(other.out.find("no incident of what was asked for"), std::string::npos) << other.out;
  EXPECT_NE(other.out.find("1 left aside"), std::string::npos) << other.out;
}

std::string npu_smi(const char* chip) {
  return fmt::format(
      "| npu-smi 23.0.2                              Version: 23.0.2                            |\n"
      "| NPU     Name                | Health          | Power(W)     Temp(C)   Hugepages-Usage  "
      "|\n"
      "| Chip    Device              | Bus-Id          | AICore(%)    Memory-Usage(MB)           "
      "|\n"
      "+=============================+=================+=========================================+"
      "\n"
      "| 0       {:<20}| OK              | NA           46        0     / 0             |\n"
      "| 0       0                   | 0000:04:00.0    | 0            1832 / 21527               "
      "|\n",
      chip);
}

TEST(Inputs, PreflightSaysWhatWasChecked) {
  const test::ScratchFolder folder;
  const std::string smi = folder.write("npu-smi.txt", npu_smi("310P3"));
  const test::ToolResult fits =
      test::run_cli({"diagnose", sample("tiny_resnet_a.om"), "--target", smi});
  EXPECT_EQ(fits.exit_code, 0) << fits.out << fits.err;
  for (const char* words : {"checked", "chip ok", "versions unknown (give --cann", "memory ok"}) {
    EXPECT_NE(fits.out.find(words), std::string::npos) << words << "\n" << fits.out;
  }
  const test::ToolResult onnx =
      test::run_cli({"diagnose", sample("tiny_resnet.onnx"), "--target", smi});
  EXPECT_EQ(onnx.exit_code, 1) << onnx.out << onnx.err;
  EXPECT_NE(onnx.out.find("chip failed"), std::string::npos) << onnx.out;
  const std::string old = folder.write("old.txt", npu_smi("310"));
  const test::ToolResult other =
      test::run_cli({"diagnose", sample("tiny_resnet_a.om"), "--target", old});
  EXPECT_EQ(other.exit_code, 1) << other.out << other.err;
}

}  // namespace
}  // namespace omscope::diagnose
