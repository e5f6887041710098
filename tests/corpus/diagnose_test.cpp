// What a reader of the evidence would say of each real case: incident, op, kernel, cause. The
// expectations were written from the files.
#include <algorithm>
#include <filesystem>

#include <gtest/gtest.h>

#include "omscope/diagnose/diagnose_inputs.h"

#include "support/corpus.h"

namespace omscope::diagnose {
namespace {

namespace fs = std::filesystem;

struct Wanted {
  const char* name;
  std::vector<const char*> paths;  ///< below the corpus
  const char* rule;
  const char* op;                  ///< part of op name or type
  const char* kernel;              ///< part of the kernel's name
  std::vector<const char*> words;  ///< each in conclusion or cause
  int64_t pid = 0;
};

std::string all_text(const Incident& incident) {
  std::string text = incident.conclusion.en + " " + incident.cause.en;
  for (const Text& action : incident.actions) text += " " + action.en;
  return text;
}

std::string summary(const Report& report) {
  std::string out;
  for (const Incident& each : report.incidents) {
    out += each.rule + " | " + each.op_name + " | " + each.op_type + " | " + each.kernel + " | " +
           each.conclusion.en + "\n";
  }
  return out;
}

Report report_of(const std::vector<const char*>& paths) {
  InputOptions options;
  for (const char* path : paths) options.paths.push_back((*test::corpus() / path).string());
  return diagnose(options);
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

/// The incident that has all that is wanted, else one that has rule, op and kernel.
const Incident* find(const Report& report, const Wanted& wanted) {
  const Incident* found = nullptr;
  for (const Incident& each : report.incidents) {
    const bool fits = each.rule == wanted.rule &&
                      contains(each.op_name + " " + each.op_type, wanted.op) &&
                      contains(each.kernel, wanted.kernel);
    if (!fits) continue;
    const bool all = std::all_of(wanted.words.begin(), wanted.words.end(),
                                 [&](const char* word) { return contains(all_text(each), word); });
    if (all) return &each;
    if (found == nullptr) found = &each;
  }
  return found;
}

class DiagnoseCase : public testing::TestWithParam<Wanted> {};

TEST_P(DiagnoseCase, SaysWhatAReaderWould) {
  NEED_CORPUS();
  const Wanted& wanted = GetParam();
  const Report report = report_of(wanted.paths);
  const Incident* incident = find(report, wanted);
  ASSERT_NE(incident, nullptr) << summary(report);
  for (const char* word : wanted.words) {
    EXPECT_TRUE(contains(all_text(*incident), word)) << word << "\n" << all_text(*incident);
  }
  if (wanted.pid != 0) EXPECT_EQ(incident->pid, wanted.pid);
  EXPECT_FALSE(incident->evidence.empty());
  EXPECT_FALSE(incident->conclusion.zh.empty());
}

const Wanted kCases[] = {
    {"RangeBinary",
     {"incidents/field/field000_missing_bin_Range_pta.log"},
     "missing-binary",
     "Range",
     "",
     {"int64 in ND", "kernels"},
     775},
    {"L2Loss",
     {"incidents/field/field001_l2loss_screen_ez9999.log"},
     "core-error-bits",
     "L2Loss",
     "te_l2loss_c0c615ce55e6d3f96950bca0ea39a9ba178f78dab0e17f9096acb313f6057d65_"
     "d5135fe39437a0d0_0",
     {"0x800000", "MTE_BIU_RDWR_RESP", "operator alone"}},
    {"SubMemoryInfo",
     {"incidents/field/field002_app1_500002_om_newer_than_runtime.plog.log"},
     "om-runtime-mismatch",
     "",
     "",
     {"500002", "sub_memory_info", "newer", "1343225857"},
     69072},
    {"CastAddress",
     {"incidents/field/field002_app2_507011_cast_310P3.plog.log"},
     "bad-device-address",
     "trans_Cast_0",
     "te_cast_06ca905b2a08",
     {"0x9cb82200", "0x97908200", "one version", "static_bin"},
     10686},
    {"E10007",
     {"incidents/field/field002_atc_E10007_missing_framework.log"},
     "atc-option",
     "",
     "",
     {"--framework", "5 ONNX"},
     10490},
    {"Decorator",
     {"incidents/field/field002_atc_EC0010_decorator.log"},
     "python-module",
     "",
     "",
     {"'decorator'", "pip3 install decorator"},
     129520},
    {"LibraryHal",
     {"incidents/field/field002_ld_libascend_hal.log"},
     "library-path",
     "",
     "",
     {"libascend_hal.so", "devlib"}},
    {"TorchLoad",
     {"incidents/field/field002_torch_load_om_valueerror.log"},
     "torch-load-om",
     "",
     "",
     {".om"}},
    {"GetFrame",
     {"incidents/field/field002_acllite_getframe.log"},
     "acllite-shutdown",
     "",
     "",
     {"torch"}},
    {"Lstsq",
     {"incidents/field/field003_cpu_fallback_lstsq.log"},
     "cpu-fallback-failed",
     "aten::linalg_lstsq.out",
     "",
     {"same size", "CPU"},
     6547},
    {"E19010",
     {"incidents/atc_errors/atc_err_e19010.txt"},
     "unsupported-op",
     "Convx",
     "",
     {"opset 11", "Conv_52"}},
    {"Ez9010",
     {"incidents/atc_errors/atc_err_ez9010.txt"},
     "unsupported-op",
     "Convx",
     "",
     {"opset 11", "Conv_292"}},
    {"Ez0501",
     {"incidents/atc_errors/atc_err_ez0501.txt"},
     "unsupported-op",
     "Conv",
     "",
     {"not registered"}},
    {"Ez3002",
     {"incidents/atc_errors/atc_err_ez3002.txt"},
     "unsupported-op",
     "Convx",
     "",
     {"not supported"}},
    {"Ez3003",
     {"incidents/atc_errors/atc_err_ez3003.txt"},
     "unsupported-op",
     "Conv",
     "",
     {"no engine"}},
    {"E19025",
     {"incidents/atc_errors/atc_err_unknown.txt"},
     "reported-code",
     "",
     "",
     {"Input tensor is invalid"}},
    {"GatherV3",
     {"incidents/a2_gatherv3_asys_bundle"},
     "device-assert",
     "GatherV3",
     "GatherV3_9e31943a1a48bf81ddff1fc6379e0be3_high_performance",
     {"Index 100000000 out of range[0 655360)", "this->gxSize_", "gather_v3_base.h:137"},
     155320},
    {"FlashAttention",
     {"incidents/a2_fa_fftsplus_timeout_trap"},
     "trap-without-bits",
     "FlashAttentionScore",
     "FlashAttentionScore_5881aeec01e51adb01fb1db8be1c04f0",
     {"timeout"},
     1592077},
    {"GatherV2Old",
     {"incidents/c910_gatherv2_illegal_instr"},
     "core-error-bits",
     "GatherV2",
     "",
     {"CCU_ILLEGAL_INSTR"},
     370},
    {"TransData2020",
     {"incidents/y2020_transdata_ccu_illegal"},
     "core-error-bits",
     "trans_TransData_0",
     "te_transdata_a603142389973648_c50cf465894adb0d_1",
     {"CCU_ILLEGAL_INSTR", "usually caused by unaligned UUB addresses"},
     8953},
    {"WriteOverflow2025",
     {"incidents/y2020_transdata_ccu_illegal/plog_mixed_variants.log"},
     "core-error-bits",
     "",
     "",
     {"MTE_GDMA_WRITE_OVERFLOW"},
     611331},
    {"GatherV2Host2020",
     {"incidents/y2020_host_log_old_format/host-0.log"},
     "kernel-failed",
     "GatherV2",
     "te_gatherv2d_219e053cbbb768fc0_3cf4deb0daff668d",
     {},
     13694},
    {"GatherV2Both2020",
     {"incidents/y2020_host_log_old_format"},
     "core-error-bits",
     "GatherV2",
     "te_gatherv2d_219e053cbbb768fc0_3cf4deb0daff668d",
     {"CCU_ILLEGAL_INSTR", "0x10"},
     13694},
    {"GatherV2Device2020",
     {"incidents/y2020_host_log_old_format/device-0_first4000.log"},
     "core-error-bits",
     "",
     "",
     {"CCU_ILLEGAL_INSTR"}},
    {"GatherV2A2",
     {"incidents/asys_misc/plog/plog-2955986_20240704132617856.log"},
     "core-error-bits",
     "GatherV2",
     "te_gatherv2_b6d13b28d9642df6f679e5992a82e1f5f852b0e10cb4d410f3478c3cfe05d984_1",
     {"0x800000"},
     2955986},
    {"IncreFlash",
     {"incidents/asys_misc/plog/plog-2955178_20240704162431228.log"},
     "kernel-failed",
     "IncreFlashAttention",
     "IncreFlashAttention_b79da629624fb10fa525b749f186c95f",
     {},
     2913770},
};

INSTANTIATE_TEST_SUITE_P(Corpus, DiagnoseCase, testing::ValuesIn(kCases),
                         [](const auto& each) { return std::string(each.param.name); });

/// The whole documents, where prose and excerpts alternate.
TEST(DiagnoseField, DocumentsGiveTheSame) {
  NEED_CORPUS();
  const fs::path field = test::corpus()->parent_path() / "field";
  if (!fs::exists(field)) GTEST_SKIP() << "no whole documents beside the real files";
  struct Document {
    const char* start;
    std::vector<Wanted> wanted;
  };
  const std::vector<Document> documents = {
      {"000", {{"", {}, "missing-binary", "Range", "", {"int64 in ND"}}}},
      {"001", {{"", {}, "core-error-bits", "L2Loss", "te_l2loss_c0c615", {"0x800000"}}}},
      {"002",
       {{"", {}, "om-runtime-mismatch", "", "", {"sub_memory_info"}},
        {"", {}, "bad-device-address", "trans_Cast_0", "te_cast_", {"0x9cb82200"}},
        {"", {}, "out-of-memory", "", "", {"148254720", "74127360", "19695"}},
        {"", {}, "atc-option", "", "", {"--framework"}},
        {"", {}, "python-module", "", "", {"decorator"}},
        {"", {}, "library-path", "", "", {"libascend_hal.so"}},
        {"", {}, "torch-load-om", "", "", {}},
        {"", {}, "acllite-shutdown", "", "", {}},
        {"", {}, "openvino-device", "", "", {}},
        {"", {}, "mindie-card", "", "", {}}}},
      {"003", {{"", {}, "cpu-fallback-failed", "linalg_lstsq", "", {"same size"}}}},
  };
  for (const Document& document : documents) {
    for (const auto& entry : fs::directory_iterator(field)) {
      if (!entry.path().filename().string().starts_with(document.start)) continue;
      InputOptions options;
      options.paths = {entry.path().string()};
      const Report report = diagnose(options);
      for (const Wanted& wanted : document.wanted) {
        SCOPED_TRACE(std::string(document.start) + " " + wanted.rule);
        const Incident* incident = find(report, wanted);
        EXPECT_NE(incident, nullptr) << summary(report);
        if (incident == nullptr) continue;
        for (const char* word : wanted.words) {
          EXPECT_TRUE(contains(all_text(*incident), word)) << word << "\n" << all_text(*incident);
        }
      }
    }
  }
}

/// Each line of three is a failure of its own.
TEST(DiagnoseField, PythonModulesOneByOne) {
  NEED_CORPUS();
  const Report report = report_of({"incidents/field/field002_atc_EC0010_tbe_numpy.log"});
  ASSERT_EQ(report.incidents.size(), 3U) << summary(report);
  EXPECT_TRUE(contains(report.incidents[0].conclusion.en, "'tbe'"));
  EXPECT_TRUE(contains(report.incidents[1].conclusion.en, "'tbe.common'"));
  EXPECT_TRUE(contains(report.incidents[2].conclusion.en, "NumPy 2"));
}

/// One fault, one incident: the wrappers and the copies in other files are folded into it.
TEST(DiagnoseCorpus, OneIncidentPerFault) {
  NEED_CORPUS();
  EXPECT_EQ(report_of({"incidents/a2_gatherv3_asys_bundle"}).incidents.size(), 1U)
      << summary(report_of({"incidents/a2_gatherv3_asys_bundle"}));
  for (const char* path : {"incidents/field/field002_app1_500002_om_newer_than_runtime.plog.log",
                           "incidents/field/field002_app2_507011_cast_310P3.plog.log",
                           "incidents/field/field000_missing_bin_Range_pta.log",
                           "incidents/field/field003_cpu_fallback_lstsq.log",
                           "incidents/field/field001_l2loss_screen_ez9999.log"}) {
    const Report report = report_of({path});
    EXPECT_EQ(report.incidents.size(), 1U) << path << "\n" << summary(report);
  }
}

TEST(DiagnoseCorpus, RegisterDumpBetweenOtherLinesHasItsTask) {
  NEED_CORPUS();
  const Report report = report_of({"incidents/y2020_host_log_old_format/device-0_first4000.log"});
  ASSERT_EQ(report.incidents.size(), 1U) << summary(report);
  EXPECT_EQ(report.incidents[0].stream_id, 523);
  EXPECT_EQ(report.incidents[0].task_id, 2);
}

/// Not when the assert was printed, which is two seconds later.
TEST(DiagnoseCorpus, TimeIsThatOfTheTask) {
  NEED_CORPUS();
  const Report report = report_of({"incidents/a2_gatherv3_asys_bundle"});
  ASSERT_FALSE(report.incidents.empty());
  EXPECT_TRUE(report.incidents[0].time.starts_with("2025-05-08T09:56:18"))
      << report.incidents[0].time;
}

TEST(DiagnoseCorpus, ArgumentsThatDifferWholesaleAreAHint) {
  NEED_CORPUS();
  const Report report = report_of({"incidents/c910_gatherv2_illegal_instr"});
  ASSERT_FALSE(report.incidents.empty());
  EXPECT_TRUE(contains(report.incidents[0].cause.en, "A hint: ")) << report.incidents[0].cause.en;
  EXPECT_FALSE(contains(report.incidents[0].cause.en, "Argument 1 was"));
}

TEST(DiagnoseCorpus, NoiseIsCountedNotReported) {
  NEED_CORPUS();
  const Report report =
      report_of({"incidents/field/field002_app1_500002_om_newer_than_runtime.plog.log"});
  EXPECT_EQ(report.suppressed.kinds.at("no mapping of device memory"), 3U);
}

/// Logs of runs that went well, and of installations.
TEST(DiagnoseCorpus, GoodRunsGiveNothing) {
  NEED_CORPUS();
  for (const char* path :
       {"incidents/a2_gatherv3_asys_bundle/run_device.log",
        "incidents/a2_gatherv3_asys_bundle/run_plog.log",
        "incidents/a2_gatherv3_asys_bundle/device_app.log",
        "incidents/a2_gatherv3_asys_bundle/ascend_install_first1200.log",
        "incidents/a2_gatherv3_asys_bundle/host_kernel.log",
        "incidents/a2_fa_fftsplus_timeout_trap/run_plog.log",
        "incidents/a2_fa_fftsplus_timeout_trap/run_device.log",
        "incidents/c910_gatherv2_illegal_instr/run_plog_370.log",
        "incidents/c910_gatherv2_illegal_instr/debug_plog_1193_tbe_compile_proc.log",
        "incidents/asys_misc/plog/plog-108234_20230113115427711.log",
        "incidents/field/field002_atc_commands.txt",
        "incidents/field/field002_npu_smi_310P3.txt"}) {
    const Report report = report_of({path});
    EXPECT_TRUE(report.incidents.empty()) << path << "\n" << summary(report);
    EXPECT_FALSE(report.has_fault()) << path;
  }
}

}  // namespace
}  // namespace omscope::diagnose
