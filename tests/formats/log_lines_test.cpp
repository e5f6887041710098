// The head of a line and the message in it, over the years and modules.
#include <gtest/gtest.h>

#include "omscope/formats/log/line_header.h"
#include "omscope/formats/log/line_prefix.h"

namespace omscope::log {
namespace {

TEST(LogLine, HostLine) {
  const auto header = scan_header(
      "[ERROR] RUNTIME(4711,python3):2025-05-08-09:56:18.526.761 [device_error.cc:1635]4712 "
      "ProcessError:[INIT][DEFAULT]The error from device(0)");
  ASSERT_TRUE(header);
  EXPECT_EQ(header->level, Level::kError);
  EXPECT_EQ(header->module, "RUNTIME");
  EXPECT_EQ(header->pid, 4711);
  EXPECT_EQ(header->process, "python3");
  EXPECT_EQ(header->source, "device_error.cc:1635");
  EXPECT_EQ(iso_time(header->time), "2025-05-08T09:56:18.526761");
  const Content content = content_of(header->content);
  EXPECT_EQ(content.thread, 4712);
  EXPECT_EQ(content.function, "ProcessError");
  EXPECT_EQ(content.message, "The error from device(0)");
}

struct Shape {
  const char* line;
  const char* message;
};

class LogContent : public testing::TestWithParam<Shape> {};

TEST_P(LogContent, MessageStandsBehindWhatLoggingAdds) {
  const auto header = scan_header(GetParam().line);
  ASSERT_TRUE(header) << GetParam().line;
  EXPECT_EQ(content_of(header->content).message, GetParam().message);
}

INSTANTIATE_TEST_SUITE_P(
    Modules, LogContent,
    testing::Values(
        Shape{"[INFO] RUNTIME(1,app):2024-07-04-12:03:16.238.503 [pool.cc:554] 17 GetTask: id=3",
              "id=3"},
        Shape{"[ERROR] GE(1,app):2025-03-18-14:35:48.619.348 [utils.cc:1]17 GetInfo: ErrorNo: "
              "4294967295(failed) [LOAD][DEFAULT]Assert (a == b) failed",
              "Assert (a == b) failed"},
        Shape{"[ERROR] GE(1,app):2025-03-18-14:35:48.619.348 [m.cc:1]17 Load: ErrorNo: "
              "1343225857(Parameter's invalid!) [LOAD][DEFAULT][Load][Model] failed, model_id:1.",
              "[Load][Model] failed, model_id:1."},
        Shape{"[ERROR] IDEDD(1,app):2025-05-08-09:56:18.528.032 [dump.cpp:400][tid:17] "
              "[Dump][Exception] begin to load input tensor, index:0",
              "[Dump][Exception] begin to load input tensor, index:0"},
        Shape{"[ERROR] DRV(1,app):2025-03-18-14:35:48.599.331 [ascend][curpid: 1, 1][drv][devmm]"
              "[remote_map 1888]<errno:22, 8> Mem_remote_map ioctl error. (a=1)",
              "Mem_remote_map ioctl error. (a=1)"},
        Shape{"[ERROR] TSCH(-1,null):2025-05-08-02:28:15.064.501 2126 (dieid:0,cpuid:0) "
              "[stars.c:1554] proc_inner: stream_id=2",
              "stream_id=2"},
        Shape{"[ERROR] TSCH(-1,null):2020-12-23-17:10:54.083.518 17 (cpuid:0) ../../a/b.c:1193 "
              "done_proc: slot_id=0",
              "slot_id=0"},
        Shape{"[ERROR] RUNTIME(1,None):2020-12-24-01:10:54.175.696 [../../../a/engine.cc:738]8958 "
              "Report:task exception! stream_id=515",
              "task exception! stream_id=515"},
        Shape{"[INFO] IMP(-2,null): 2024-01-01-00:00:00.000.001 (dieid:0) text", "(dieid:0) text"},
        Shape{"[ERROR] 99(1,a b):c):2024-01-01-00:00:00.000.001 [x.cc:1]1 f:text", "text"}));

TEST(LogLine, IsNone) {
  for (const char* line : {
           "",
           "[ERROR]",
           "[ERROR] GE",
           "[ERROR] GE(1,a):",
           "[ERROR] GE(x,a):2024-01-01-00:00:00.000.001 ",
           "[ERROR] 2025-02-16-12:18:25 (PID:775, Device:0, RankID:-1) ERR01100 OPS call acl api "
           "failed",
           "[Driver] [2025-03-29 04:11:12] [ERROR]driver vermagic check failed.",
           " [ERROR] GE(1,a):2024-01-01-00:00:00.000.001 [x.cc:1]1 f:text",
           "[ERROR] GE(1,a):2024-13-01-00:00:00.000.001 [x.cc:1]1 f:text",
       }) {
    EXPECT_FALSE(scan_header(line)) << line;
  }
}

TEST(LogLine, TimesBefore1970AndLeapDays) {
  EXPECT_EQ(iso_time(scan_stamp("1970-01-01-00:00:08.876.153")->time),
            "1970-01-01T00:00:08.876153");
  EXPECT_EQ(iso_time(scan_stamp("2024-02-29-23:59:59.999.999")->time),
            "2024-02-29T23:59:59.999999");
  EXPECT_EQ(iso_time(scan_stamp("2100-03-01-00:00:00.000.000")->time),
            "2100-03-01T00:00:00.000000");
  EXPECT_EQ(iso_time(-1), "1969-12-31T23:59:59.999999");
}

constexpr const char* kHead = "[ERROR] RUNTIME(17,app):2025-05-08-09:56:18.526.761 [a.cc:1]17 F:x";

TEST(LogPrefix, WhatShipsLogsIsPassedOver) {
  for (const char* prefix : {"", "\xef\xbb\xbf", "2025-05-08T09:56:20Z pod-7 ",
                             "2025-05-08T09:56:20.123456789Z stderr F ", "[pod/train-0/worker] ",
                             "worker-0  | ", "worker | ", "[rank0]: ", "[1,0]<stderr>:", "node03: ",
                             "2025-05-08 09:56:20,123 ", "May 08 09:56:20 host app[123]: "}) {
    const auto header = find_header(std::string(prefix) + kHead);
    ASSERT_TRUE(header) << prefix;
    EXPECT_EQ(header->pid, 17) << prefix;
    EXPECT_EQ(header->level, Level::kError) << prefix;
  }
}

TEST(LogPrefix, QuotedLinesHaveNoHead) {
  for (const char* front : {"plog.log:12:", "see: ", "> ", "# ", "the log says '",
                            "we saw this line in the log ", "2025-05-08 09:56:20 INFO found ",
                            "[INFO] monitor: ", "INFO:root: ", "\xe6\x97\xa5 ", "a=\"b\" "}) {
    EXPECT_FALSE(find_header(std::string(front) + kHead)) << front;
  }
}

TEST(LogPrefix, LinesOfAScreen) {
  const std::string text = "EZ9999: Inner Error!";
  for (const char* prefix : {"", "2025-05-08T09:56:20Z pod-7 ", "2025-05-08 09:56:20,123 ",
                             "2025-05-08T09:56:20.1Z stderr F ", "worker-0  | ",
                             "[rank12]: ", "[pod/train-0/worker] ", "[1,0]<stderr>:"}) {
    EXPECT_EQ(without_prefix(prefix + text), text) << prefix;
  }
  for (const char* whole : {"| a | b |", "[W1 a] x", "a b | c", "2025-05-08-09:56:20 x", ""}) {
    EXPECT_EQ(without_prefix(whole), whole);
  }
}

}  // namespace
}  // namespace omscope::log
