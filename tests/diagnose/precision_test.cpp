// Words of every rule where they prove nothing: no incident may come of them.
#include <cctype>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "omscope/diagnose/diagnose_logs.h"

namespace omscope::diagnose {
namespace {

Report report_of(const std::string& text) {
  LogDiagnosis logs;
  logs.read(FileBytes::from_memory("test.log", text));
  return logs.finish({});
}

std::string rules_of(const Report& report) {
  std::string out;
  for (const Incident& each : report.incidents) out += each.rule + ": " + each.conclusion.en + "\n";
  return out;
}

/// One message per rule that names its cause, with what the rule is called.
struct Telling {
  const char* rule;
  const char* message;
};
const Telling kMessages[] = {
    {"device-assert",
     "[ASSERT] [CANN_VERSION : 8.2][TimeStamp : 0] /a/b.h:7: Assertion `(i < n)' Index 9 out of "
     "range[0 5)!"},
    {"core-error-bits",
     "The error from device(0), serial number is 1, there is an aicore error, core id is 0, error "
     "code = 0x800000, dump info: pc start: 0x800124040115000, current: 0x1240401154e4"},
    {"trap-without-bits",
     "The error from device(chipId:0, dieId:0), serial number is 1, there is an aivec error "
     "exception, core id is 0, error code = 0, dump info: pc start: 0x12c100014f8c"},
    {"kernel-failed",
     "Aicore kernel execute failed, device_id=0, stream_id=5, report_stream_id=3, task_id=2, "
     "fault kernel_name=0_11_Relu, func_name=te_relu_0123456789abcdef_0123456789abcdef_0__kernel0"},
    {"missing-binary",
     "Cannot find bin of op Range, integral key 0/1/|int64/ND/int64/ND/int64/ND/int64/ND/."},
    {"om-runtime-mismatch", "Assert (sub_memory_info.size() == 3U) failed, expect 3 actual 4"},
    {"python-module",
     "Failed to import Python module [ModuleNotFoundError: No module named 'decorator'.]."},
    {"unsupported-op", "No parser is registered for Op [Conv_52, optype [ai.onnx::11::Convx]]."},
    {"unsupported-op", "IR for Op [Conv_52, optype [Conv]], is not registered."},
    {"unsupported-op", "Optype [Convx] of Ops kernel [AICORE] is unsupported."},
    {"unsupported-op",
     "No supported Ops kernel and engine are found for [Conv_52], optype [Conv]."},
};

std::string line(const char* level, const std::string& message) {
  return fmt::format(
      "[{}] GE(4711,app):2025-01-01-10:00:00.000.001 [a.cc:1]4711 Function:[EXEC][DEFAULT]{}\n",
      level, message);
}

TEST(Precision, EachMessageTellsOnAnErrorLine) {
  for (const Telling& each : kMessages) {
    const Report report = report_of(line("ERROR", each.message));
    ASSERT_EQ(report.incidents.size(), 1U) << each.message;
    EXPECT_EQ(report.incidents[0].rule, each.rule);
    EXPECT_EQ(report.incidents[0].evidence.at(0).line, 1U);
    EXPECT_EQ(report.incidents[0].pid, 4711);
  }
}

TEST(Precision, NoneTellsAtOtherLevels) {
  for (const Telling& each : kMessages) {
    for (const char* level : {"INFO", "WARNING", "DEBUG", "EVENT", "TRACE"}) {
      const Report report = report_of(line(level, each.message));
      EXPECT_TRUE(report.incidents.empty()) << level << " " << each.message << rules_of(report);
    }
    // Its second half, below a line of level INFO.
    const Report below = report_of(line("INFO", "what others logged:") + each.message + "\n");
    EXPECT_TRUE(below.incidents.empty()) << each.message << rules_of(below);
  }
}

TEST(Precision, NoneTellsWhenQuoted) {
  for (const Telling& each : kMessages) {
    for (const std::string& text :
         {fmt::format("\"{}\"\n", each.message), fmt::format("> {}\n", each.message),
          fmt::format("# {}\n", each.message), fmt::format("see: {}\n", each.message),
          fmt::format("| `{}` | what to do |\n", each.message),
          fmt::format("plog-17.log:12:{}", line("ERROR", each.message)),
          fmt::format("see: {}", line("ERROR", each.message)),
          fmt::format("> {}", line("ERROR", each.message)),
          fmt::format("2025-01-01 10:00:00,123 INFO monitor {}", line("ERROR", each.message)),
          fmt::format("2025-01-01 10:00:00,123 INFO monitor: found '{}'\n", each.message),
          line("INFO", fmt::format("searched for '{}'", each.message))}) {
      const Report report = report_of(text);
      EXPECT_TRUE(report.incidents.empty()) << text << rules_of(report);
    }
  }
}

TEST(Precision, TruncatedLinesGuessNothing) {
  for (const Telling& each : kMessages) {
    const std::string message = each.message;
    for (size_t size = 1; size < message.size(); size += 3) {
      const Report report = report_of(message.substr(0, size) + "\n");
      for (const Incident& incident : report.incidents) {
        const bool less = incident.rule == "graph-engine-check";
        EXPECT_TRUE(less || incident.rule == each.rule) << message.substr(0, size);
        // What it names must be whole: never a part of a word.
        const std::string& type = incident.op_type;
        const size_t at = type.empty() ? 0 : message.find(type);
        ASSERT_NE(at, std::string::npos) << message.substr(0, size);
        const char next = type.empty() ? ' ' : message[at + type.size()];
        EXPECT_TRUE(std::isalnum(static_cast<unsigned char>(next)) == 0) << message.substr(0, size);
      }
    }
  }
}

TEST(Precision, ProblemsOfOtherProgramsAreNone) {
  for (const char* text : {
           "Traceback (most recent call last):\n  File \"a.py\", line 1, in <module>\nKeyError: "
           "'x'\n",
           "ValueError: could not convert string to int\n",
           "ERROR: could not open file\nError: failed\n",
           "E1234 is the code of a product\n",
           "[error] nginx: connect() failed\n",
           "make: *** [all] Error 2\n",
           "EZ9999: Inner Error!\n",
           "207001 bytes were written\n",
           "Device with \"GPU\" name\n",
       }) {
    const Report report = report_of(text);
    EXPECT_TRUE(report.incidents.empty()) << text << rules_of(report);
    EXPECT_FALSE(report.has_fault());
  }
}

/// A warning of CPU fallback alone is slow, not wrong.
TEST(Precision, FallbackAloneIsAWarning) {
  const Report report = report_of(
      "[W compiler_depend.ts:51] Warning: CAUTION: The operator 'aten::a.out' is not currently "
      "supported on the NPU backend and will fall back to run on the CPU.\n");
  EXPECT_TRUE(report.incidents.empty());
  ASSERT_EQ(report.findings.size(), 1U);
  EXPECT_EQ(report.findings[0].rule, "cpu-fallback");
  EXPECT_FALSE(report.has_fault());
}

}  // namespace
}  // namespace omscope::diagnose
