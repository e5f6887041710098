// One fault is one incident, whatever prints it and wherever.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "omscope/diagnose/diagnose_logs.h"
#include "omscope/diagnose/redact.h"

#include "support/packed.h"

namespace omscope::diagnose {
namespace {

std::string line(const std::string& time, const std::string& message, int pid = 100,
                 const char* module = "RUNTIME") {
  return fmt::format("[ERROR] {}({},app):2025-01-01-{} [a.cc:1]{} F:[EXEC][DEFAULT]{}\n", module,
                     pid, time, pid, message);
}

Report report_of(const std::vector<std::string>& texts, const LogOptions& options = {}) {
  LogDiagnosis logs;
  for (size_t i = 0; i < texts.size(); ++i) {
    logs.read(FileBytes::from_memory(fmt::format("{}.log", i), texts[i]));
  }
  return logs.finish(options);
}

std::string fault(const std::string& seconds, const char* kernel, int pid = 100, int task = 1) {
  return line("10:00:" + seconds + ".000.000",
              fmt::format("Task run failed, device_id=3, stream_id=7, task_id={}, errType=0x1",
                          task),
              pid) +
         line("10:00:" + seconds + ".100.000",
              "The error from device(3), serial number is 1, there is an aicore error, core id is "
              "5, error code = 0x10, dump info: pc start: 0x124040115000, current: "
              "0x1240401154e4, mte error info: 0x30000c2, para base: 0x124040114180, errorStr: x",
              pid) +
         line("10:00:" + seconds + ".200.000",
              fmt::format("Aicore kernel execute failed, device_id=3, stream_id=7, "
                          "report_stream_id=2, task_id={}, flip_num=0, fault kernel_name={}, fault "
                          "kernel info ext=none, program id=0, hash=42.",
                          task, kernel),
              pid) +
         line("10:00:" + seconds + ".300.000",
              "ErrCode=507015, desc=[aicore exception], InnerCode=0x7150026", pid) +
         line("10:00:" + seconds + ".400.000", "synchronize stream failed, runtime result = 507015",
              pid, "ASCENDCL");
}

constexpr const char* kRelu = "Relu_0123456789abcdef0123456789abcdef_high_performance_12";
constexpr const char* kAdd = "Add_0123456789abcdef0123456789abcdef_high_performance_3";

TEST(Fold, LinesOfOneFault) {
  const Report report = report_of({fault("01", kRelu)});
  ASSERT_EQ(report.incidents.size(), 1U);
  const Incident& incident = report.incidents[0];
  EXPECT_EQ(incident.rule, "core-error-bits");
  EXPECT_EQ(incident.op_type, "Relu");
  EXPECT_EQ(incident.kernel, kRelu);
  EXPECT_EQ(incident.device, 3);
  EXPECT_EQ(incident.stream_id, 7);
  EXPECT_EQ(incident.task_id, 1);
  EXPECT_EQ(incident.time, "2025-01-01T10:00:01.100000");
  EXPECT_EQ(*incident.registers.find("pc_offset"), "0x4e4");
  EXPECT_NE(incident.cause.en.find("The runtime says: \"x\"."), std::string::npos)
      << incident.cause.en;
  EXPECT_EQ(incident.error_codes, (std::vector<std::string>{"507015", "0x7150026"}));
}

TEST(Fold, ProcessesAndLaterFaultsStandApart) {
  EXPECT_EQ(report_of({fault("01", kRelu, 100) + fault("01", kAdd, 200)}).incidents.size(), 2U);
  EXPECT_EQ(report_of({fault("01", kRelu, 100, 1) + fault("40", kAdd, 100, 2)}).incidents.size(),
            2U);
}

TEST(Fold, FilesOfOneProcessAreOne) {
  const std::string all = fault("01", kRelu);
  const size_t half = all.find("[ERROR]", all.size() / 2);
  const Report apart = report_of({all.substr(half), all.substr(0, half)});
  ASSERT_EQ(apart.incidents.size(), 1U);
  EXPECT_EQ(apart.incidents[0].rule, "core-error-bits");
  EXPECT_EQ(apart.incidents[0].kernel, kRelu);
}

TEST(Fold, TheSameAgainIsCounted) {
  const Report report = report_of({fault("01", kRelu, 100, 1) + fault("40", kRelu, 100, 2)});
  ASSERT_EQ(report.incidents.size(), 1U);
  EXPECT_EQ(report.incidents[0].times, 2U);
}

TEST(Fold, FloodsStayBounded) {
  std::string flood;
  for (int i = 0; i < 20000; ++i) flood += fault("01", kRelu, i % 700);
  const Report report = report_of({flood});
  EXPECT_LE(report.incidents.size(), 300U);
  EXPECT_GT(report.suppressed.kinds.at("further incidents"), 0U);
}

TEST(Fold, PackedLogsSayTheSame) {
  const std::string text = fault("01", kRelu);
  const Report packed =
      report_of({test::gzipped(test::tar_of({{"log/a.log", text}, {"log/b.log", "nothing\n"}}))});
  ASSERT_EQ(packed.incidents.size(), 1U);
  EXPECT_EQ(packed.incidents[0].evidence[0].file, "0.log!log/a.log");
  EXPECT_EQ(packed.incidents[0].evidence[0].line, 2U);
  EXPECT_EQ(packed.looked.files, 2U);
}

TEST(Fold, LinesAreNumberedAcrossBlocks) {
  std::string text;
  while (text.size() < (size_t{9} << 20)) {
    text += "[INFO] GE(1,app):2025-01-01-10:00:00.000.001 [a.cc:1]1 F:all is well\n";
  }
  const auto before = static_cast<uint64_t>(std::count(text.begin(), text.end(), '\n'));
  const Report report = report_of({text + fault("01", kRelu)});
  ASSERT_EQ(report.incidents.size(), 1U);
  EXPECT_EQ(report.incidents[0].evidence[0].line, before + 2);
}

TEST(Fold, Filters) {
  const std::string text = fault("01", kRelu, 100) + fault("01", kAdd, 200);
  LogOptions of_process;
  of_process.pid = 200;
  ASSERT_EQ(report_of({text}, of_process).incidents.size(), 1U);
  EXPECT_EQ(report_of({text}, of_process).incidents[0].op_type, "Add");
  LogOptions of_op;
  of_op.op_globs = {"Rel*"};
  ASSERT_EQ(report_of({text}, of_op).incidents.size(), 1U);
}

TEST(Fold, AddressesAgainstTheRun) {
  const std::string base =
      line("10:00:01.000.000",
           "The error from device(0), serial number is 1, there is an aicore error, core id is 0, "
           "error code = 0x800000, dump info: pc start: 0x124040115000, current: 0x1240401154e4, "
           "mte error info: 0x30000c2, para base: 0x124040114180.");
  const auto args = [](const char* list) {
    return line("10:00:01.100.000", fmt::format("[AIC_INFO] args(0 to 2) after execute:{}", list));
  };
  EXPECT_EQ(report_of({base + args("0x9cb82200, 0x124041000000, ")}).incidents.at(0).rule,
            "bad-device-address");
  EXPECT_EQ(report_of({base + args("0x124042000000, 0x124041000000, ")}).incidents.at(0).rule,
            "core-error-bits");
  EXPECT_EQ(report_of({base + args("0x5, 0, ")}).incidents.at(0).rule, "core-error-bits");
}

TEST(Fold, MemoryOutsideOfTheTable) {
  const auto info = [](const char* message) {
    return fmt::format("[INFO] RUNTIME(100,app):2025-01-01-10:00:00.000.001 [a.cc:1]100 F:{}\n",
                       message);
  };
  const std::string table = info("DevMalloc: Succ, size=4096, ptr=0x124042000000") +
                            info("DevMalloc: Succ, size=4096, ptr=0x124043000000") +
                            info("DevFree: mem=0x124043000000");
  const auto tensor = [](const char* address) {
    return line("10:00:01.250.000",
                fmt::format("[Dump][Exception] exception info dump args data, addr:{}; size:4096 "
                            "bytes",
                            address),
                100, "IDEDD");
  };
  const Report report =
      report_of({table + fault("01", kRelu) + tensor("0x124042000000") + tensor("0x124043000000")});
  ASSERT_EQ(report.incidents.size(), 1U);
  EXPECT_NE(report.incidents[0].cause.en.find("0x124043000000"), std::string::npos)
      << report.incidents[0].cause.en;
  EXPECT_EQ(report.incidents[0].cause.en.find("0x124042000000"), std::string::npos);
}

/// What 2020's firmware dumps while its other processor writes lines of its own.
TEST(Fold, RegistersBetweenLinesOfTheFirmware) {
  const std::string other =
      "[INFO] TSCH(-1,null):2025-01-01-10:00:01.000.001 9 (cpuid:1) a.c:1 f: text\n";
  const std::string begun =
      "[ERROR] TSCH(-1,null):2025-01-01-10:00:01.000.000 9 (cpuid:0) a.c:1 f: hwts aic exception\n";
  const std::string dump =
      begun + other +
      "<exception_print>TIME:2025-01-01-10:00:00.900.000, device_id=0, stream_id=7, task_id=2, "
      "exception_code=0xb4060006, magic_type=0xab\n" +
      other +
      "<exception_print>####AICORE_INFO_START: core_id=1, AI_CORE_INT=0x0\n"
      "<exception_print>AIC_ERROR=0x10\n";
  const std::string host =
      line("10:00:01.200.000",
           "aicore kernel execute failed, device_id=0, stream_id=7, task_id=2, fault "
           "kernel_name=0_1_Relu, func_name=te_relu_0123456789abcdef_0123456789abcdef__kernel0");
  const Report report = report_of({host, dump});
  ASSERT_EQ(report.incidents.size(), 1U);
  EXPECT_EQ(report.incidents[0].rule, "core-error-bits");
  EXPECT_EQ(report.incidents[0].op_name, "Relu");
}

TEST(Fold, RedactMasksFoldersUsersAndHosts) {
  const std::string text =
      fault("01", kRelu) +
      line("10:00:01.500.000",
           "[Dump][Exception] dump exception to file, file: /home/jdoe/run/dump/Relu.relu.1.17",
           100, "IDEDD") +
      line("10:00:01.600.000", "peer 10.23.4.5 of jdoe failed, result = 507015");
  Report report = report_of({text});
  redact(report);
  std::string all;
  for (const Incident& each : report.incidents) {
    all += each.conclusion.en + each.cause.en + each.dump_file;
    for (const Text& action : each.actions) all += action.en;
    for (const Evidence& evidence : each.evidence) all += evidence.text;
  }
  EXPECT_EQ(all.find("jdoe"), std::string::npos) << all;
  EXPECT_EQ(all.find("10.23.4.5"), std::string::npos) << all;
  EXPECT_NE(all.find("<path>/Relu.relu.1.17"), std::string::npos) << all;
}

TEST(Fold, BytesOfAnyKindAreSafe) {
  std::string text = fault("01", kRelu);
  text += "\x1b[31m[ERROR] \xff\xfe\x01 GE(\n\r\r\r\n[ERROR] GE(1,\x02):\n";
  text += std::string(100000, '[') + "\n" + std::string(1 << 20, 'E') + "\n";
  EXPECT_EQ(report_of({text}).incidents.size(), 1U);
}

}  // namespace
}  // namespace omscope::diagnose
