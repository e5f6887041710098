// Every rule has a text that makes it speak, with evidence, in both languages.
#include "omscope/diagnose/rules/rules.h"

#include <algorithm>
#include <set>

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

std::string error(const std::string& message, const char* module = "RUNTIME") {
  return fmt::format(
      "[ERROR] {}(4711,app):2025-01-01-10:00:00.000.001 [a.cc:1]4711 F:[EXEC][DEFAULT]{}\n", module,
      message);
}

std::string core(const char* code, const char* more = "") {
  return error(
      fmt::format("The error from device(0), serial number is 1, there is an aicore error, "
                  "core id is 0, error code = {}, dump info: pc start: 0x124040115000, "
                  "current: 0x124040115010, mte error info: 0x30000c2, para base: "
                  "0x124040114180.{}",
                  code, more));
}

struct Telling {
  const char* rule;
  std::string text;
};

std::vector<Telling> tellings() {
  return {
      {"device-assert",
       error(
           "[ASSERT] [CANN_VERSION : 8.2][TimeStamp : 0] /a/b.h:7: Assertion `(i < n)' Index 9 out "
           "of range[0 5)!",
           "IDEDD")},
      {"hardware-fault",
       "[EVENT] DRV(1,dms):2025-05-08-09:48:48.513.937 [e.c:1][fault][1.1] event_id=0x80E18400; "
       "device_id=2; node_type=0x3[HBM]; event_type=0x0[ECC]; assertion=1[Event occur]; "
       "description=[x]\n"},
      {"hardware-fault", core("0x100")},
      {"remote-link", error("ErrCode=507056, desc=[remote], InnerCode=0x7150070")},
      {"bad-device-address",
       core("0x800000") +
           error("[AIC_INFO] args(0 to 2) after execute:0x7f0012345678, 0x124041000000, ")},
      {"core-error-bits", core("0x800000")},
      {"trap-without-bits", core("0")},
      {"ai-cpu-error",
       error("an exception occurred during AICPU execution, stream_id=3, task_id=4, errcode:11006, "
             "msg:inner error.")},
      {"kernel-failed",
       error("Aicore kernel execute failed, device_id=0, stream_id=5, "
             "report_stream_id=5, task_id=2, fault kernel_name=0_1_Relu, program id=0.")},
      {"missing-binary", error("Op Range does not has any binary.", "OP")},
      {"om-runtime-mismatch",
       error("Assert (sub_memory_info.size() == 3U) failed, expect 3 actual 4", "GE")},
      {"version-mismatch", error("Model soc version is not support in this device", "GE")},
      {"out-of-memory",
       error("halMemAlloc failed, device_id=0, size=148254720, drvRetCode=6.") +
           error("malloc device memory failed, runtime result = 207001", "ASCENDCL")},
      {"out-of-memory",
       "RuntimeError: NPU out of memory. Tried to allocate 2.00 GiB (NPU 0; 29.50 GiB total "
       "capacity; "
       "28.00 GiB already allocated)\n"},
      {"python-module",
       "EC0010: [PID: 1] 2025-07-08-10:25:28.680.962 Failed to import Python module "
       "[ModuleNotFoundError: No module named 'sympy'.].\n"},
      {"unsupported-op", "EZ3002: Optype [Foo] of Ops kernel [AICORE] is unsupported.\n"},
      {"atc-option", "E10007: [PID: 1] 2025-03-18-09:02:18.501.341 [--framework] is required.\n"},
      {"library-path",
       "ImportError: libascendcl.so: cannot open shared object file: No such file or directory\n"},
      {"cpu-fallback-failed",
       "[W compiler_depend.ts:51] Warning: CAUTION: The operator 'aten::foo' is not currently "
       "supported on the NPU backend and will fall back to run on the CPU.\n"
       "RuntimeError: sizes differ\n"},
      {"torch-load-om",
       "    model = torch.load('net.om')\n    return _legacy_load(opened_file)\n"
       "ValueError: could not convert string to int\n"},
      {"mindie-card", "Create infer builder failed, please check MindIE-RT log.\n"},
      {"openvino-device", "Device with \"NPU\" name is not registered in the OpenVINO Runtime\n"},
      {"acllite-shutdown", "AttributeError: 'NoneType' object has no attribute '_getframe'\n"},
      {"input-contract", error("result = 100017", "ASCENDCL")},
      {"device-lost", error("ErrCode=507901, desc=[lost], InnerCode=0x7010001")},
      {"ranks",
       "EI0002: [PID: 1] 2025-01-01-10:00:00.000.001 The wait execution of the Notify register "
       "times out.\n"},
      {"graph-engine-check", error("Assert (a.size() == 2U) failed, expect 2 actual 7", "GE")},
      {"reported-code", error("synchronize stream failed, runtime result = 507015", "ASCENDCL")},
      {"first-error", error("something that no rule knows went wrong", "GE")},
  };
}

bool has_chinese(const std::string& text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) >= 0xe4; });
}

TEST(Rules, EachOneSpeaksOnItsEvidence) {
  std::set<std::string> spoke;
  for (const Telling& each : tellings()) {
    SCOPED_TRACE(std::string(each.rule) + "\n" + each.text);
    const Report report = report_of(each.text);
    ASSERT_EQ(report.incidents.size(), 1U);
    const Incident& incident = report.incidents[0];
    EXPECT_EQ(incident.rule, each.rule) << incident.conclusion.en;
    EXPECT_FALSE(incident.evidence.empty());
    EXPECT_FALSE(incident.cause.en.empty());
    EXPECT_TRUE(has_chinese(incident.conclusion.zh)) << incident.conclusion.zh;
    EXPECT_TRUE(report.has_fault());
    spoke.insert(incident.rule);
  }
  for (const Rule* rule : all_rules()) {
    EXPECT_EQ(spoke.count(std::string(rule->id)), 1U) << rule->id << " has no text";
  }
}

TEST(Rules, WrappersAreNeverTheCause) {
  const std::string wrappers = error("ErrCode=507011, desc=[x], InnerCode=0x7150050") +
                               error("Execute model failed, ge result[507011]", "ASCENDCL");
  for (const Telling& each : tellings()) {
    const std::string rule = each.rule;
    if (each.text.find("(4711,app)") == std::string::npos || rule == "first-error") continue;
    for (const std::string& text : {each.text + wrappers, wrappers + each.text}) {
      const Report report = report_of(text);
      ASSERT_FALSE(report.incidents.empty()) << text;
      EXPECT_EQ(report.incidents[0].rule, rule) << text;
    }
  }
}

TEST(Rules, MemoryArithmetic) {
  const Report report =
      report_of(error("halMemAlloc failed, device_id=0, size=148254720, drvRetCode=6.") +
                "| 0       0                     | 0000:04:00.0    | 0            1832 / 21527     "
                "        |\n");
  ASSERT_EQ(report.incidents.size(), 1U);
  EXPECT_NE(report.incidents[0].cause.en.find("148254720"), std::string::npos);
}

}  // namespace
}  // namespace omscope::diagnose
