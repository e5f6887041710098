// Tables, preflight checks and cases on real files.

#include <gtest/gtest.h>

#include "omscope/diagnose/aipp_checks.h"
#include "omscope/diagnose/kernel_checks.h"
#include "omscope/diagnose/preflight.h"
#include "omscope/diagnose/soc_table.h"
#include "omscope/diagnose/table.h"
#include "omscope/formats/config/key_values.h"
#include "omscope/formats/kernelmeta/kernel_json.h"
#include "omscope/formats/read_input.h"

#include "support/corpus.h"
#include "support/files.h"
#include "support/python.h"
#include "support/run_tool.h"

namespace omscope::diagnose {
namespace {

namespace fs = std::filesystem;

TEST(CorpusPreflight, ChipsAreAsTheirPlatformFilesSay) {
  NEED_CORPUS();
  size_t seen = 0;
  for (const std::string& path : test::corpus_files("incidents/platform_ini")) {
    const std::string text = test::file_content(path);
    const auto values = config::read_key_values(text);
    const auto name = config::find_value(values, "SoC_version");
    ASSERT_TRUE(name) << path;
    const auto soc = find_soc(*name);
    ASSERT_TRUE(soc) << *name;
    EXPECT_EQ(config::find_value(values, "NpuArch"), soc->arch) << path;
    const auto cores = config::find_value(values, "ai_core_cnt", "SoCInfo");
    ASSERT_TRUE(cores) << path;
    EXPECT_EQ(parse_number(*cores), soc->ai_cores) << path;
    EXPECT_EQ(config::find_value(values, "support_bf16").value_or("0") == "1", soc->bf16) << path;
    ++seen;
  }
  EXPECT_GT(seen, 15U);
}

TEST(CorpusPreflight, KernelsMatchTheirDescriptions) {
  NEED_CORPUS();
  size_t pairs = 0;
  for (const std::string& path : test::corpus_files("real/kernel_meta")) {
    if (!path.ends_with(".json")) continue;
    const auto file = FileBytes::open(path);
    ASSERT_TRUE(file) << path;
    if (!kernelmeta::looks_like_kernel_json(as_text((*file)->bytes()))) continue;
    const bool binary = fs::exists(fs::path(path).replace_extension(".o"));
    if (binary) ++pairs;
    for (const Finding& finding : preflight_file(**file, {})) {
      EXPECT_NE(finding.severity, Severity::kError) << path << ": " << finding.message.en;
      if (binary) EXPECT_NE(finding.rule, "kernel-identity") << path << ": " << finding.message.en;
    }
  }
  EXPECT_GT(pairs, 20U);
}

TEST(CorpusPreflight, RealAippConfigurationsAreSound) {
  NEED_CORPUS();
  size_t seen = 0;
  for (const std::string& path : test::corpus_files("real/aipp")) {
    for (const Finding& finding : check_aipp(test::file_content(path), path, nullptr)) {
      EXPECT_NE(finding.severity, Severity::kError) << path << ": " << finding.message.en;
    }
    ++seen;
  }
  EXPECT_GT(seen, 30U);
}

TEST(CorpusPreflight, DescriptionsOfAnyShapeAreRead) {
  NEED_CORPUS();
  for (const std::string& path : test::corpus_files("incidents/kernel_json")) {
    const auto file = FileBytes::open(path);
    ASSERT_TRUE(file);
    (void)preflight_file(**file, find_soc("Ascend910B1"));
  }
}

TEST(CorpusPreflight, CombinationsOfRealConfigurations) {
  NEED_CORPUS();
  const std::string path =
      (*test::corpus() / "incidents/kernel_config/ascend910/axpy.json").string();
  const std::string text = test::file_content(path);
  const auto config = kernelmeta::read_kernel_config(text, "Axpy", path);
  ASSERT_TRUE(config);
  const auto there = parse_integral_key("0/1/|float16/ND/float16/ND/float16/ND/");
  EXPECT_EQ(check_key(*there, *config, path, {}).severity, Severity::kInfo);
  const auto missing = parse_integral_key("0/1/|int64/ND/int64/ND/int64/ND/");
  const Finding finding = check_key(*missing, *config, path, {});
  EXPECT_EQ(finding.severity, Severity::kError);
  EXPECT_NE(finding.message.en.find("int32"), std::string::npos) << finding.message.en;
}

TEST(CorpusPreflight, FieldMachine) {
  NEED_CORPUS();
  const auto target =
      read_target((*test::corpus() / "incidents/field/field002_npu_smi_310P3.txt").string(), "");
  ASSERT_TRUE(target);
  ASSERT_TRUE(target->soc);
  EXPECT_EQ(target->soc->name, "Ascend310P3");
  EXPECT_EQ(target->chips.at(0).memory_total, uint64_t{21527} << 20U);
}

TEST(CorpusRepro, NodesOfARealGraph) {
  NEED_CORPUS();
  const std::string graph =
      (*test::corpus() / "real/ge_dumps/asys_build/ge_proto_00056_Build.txt").string();
  const Input input = std::move(*read_input(graph));
  ASSERT_TRUE(input.model);
  size_t cases = 0;
  for (const ir::Op& op : input.model->graphs.front().ops) {
    if (op.inputs.empty() || op.outputs.empty()) continue;
    const test::ScratchFolder folder;
    const std::string out = (folder.path() / "case").string();
    const auto result =
        test::run_cli({"repro", "--model", graph, "--op", std::string(op.name), "-o", out});
    EXPECT_EQ(result.exit_code, 0) << op.name << ": " << result.err;
    EXPECT_NO_THROW(test::run_python(out,
                                     "import glob, json, py_compile\n"
                                     "for name in glob.glob('*.py'):\n"
                                     "    py_compile.compile(name, doraise=True)\n"
                                     "assert json.load(open('case.json'))[0]['output_desc']\n"))
        << op.name;
    ++cases;
  }
  EXPECT_GT(cases, 0U);
}

}  // namespace
}  // namespace omscope::diagnose
