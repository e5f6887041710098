// `omscope repro`: an op taken out of a run.

#include <array>
#include <limits>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "omscope/repro/from_incident.h"
#include "omscope/repro/kernel_files.h"
#include "omscope/repro/python_text.h"
#include "omscope/repro/repro_case.h"

#include "make_samples/dump_builder.h"
#include "support/files.h"
#include "support/python.h"
#include "support/run_tool.h"

namespace omscope::repro {
namespace {

namespace fs = std::filesystem;
using test::file_content;
using test::run_cli;

constexpr const char* kKernel =
    "te_l2loss_00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff_0123456789abcdef_0";

class Repro : public testing::Test {
 protected:
  Repro() : out_(folder_.path() / "case") {
    samples::DumpTensor input = samples::float_tensor({1, 2, 3, 4});
    payload_ = input.payload;
    dump_ = folder_.write(
        "L2Loss.L2Loss.3.1638329841577837",
        samples::DumpBuilder("L2Loss").input(input).output(samples::float_tensor({15})).build());
  }

  test::ToolResult run(std::vector<std::string> more) {
    std::vector<std::string> all = {"repro", "-o", out_.string()};
    all.insert(all.end(), more.begin(), more.end());
    return run_cli(all);
  }

  std::string text(const std::string& name) const { return file_content(out_ / name); }

  test::ScratchFolder folder_;
  fs::path out_;
  std::string dump_;
  std::string payload_;
};

TEST_F(Repro, FilesOfACase) {
  const auto result = run({"--dump", dump_});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_TRUE(text("input_0.npy").ends_with(payload_));
  EXPECT_EQ(text("input_0.bin"), payload_);
  const auto cases = nlohmann::json::parse(text("case.json"), nullptr, false);
  ASSERT_TRUE(cases.is_array());
  EXPECT_EQ(cases[0].at("op"), "L2Loss");
  EXPECT_EQ(cases[0].at("input_desc").at(0).at("value"), "input_0.bin");
  EXPECT_EQ(cases[0].at("input_desc").at(0).at("shape"), nlohmann::json::array({4}));
  EXPECT_NE(text("README.md").find("# L2Loss alone"), std::string::npos);
  EXPECT_NE(text("main.py").find("OpUT(\"L2Loss\""), std::string::npos);
}

TEST_F(Repro, NamesAreNoMarkup) {
  const std::string content = file_content(dump_);
  const std::string dump = folder_.write("L2<b>*\n.L2Loss.3.1638329841577837", content);
  EXPECT_EQ(run({"--dump", dump}).exit_code, 0);
  EXPECT_TRUE(text("README.md").starts_with("# L2&#60;b&#62;&#42;&#92;n alone: op `"))
      << text("README.md").substr(0, 80);
}

TEST_F(Repro, ProgramsAreSoundAndTheGoldenOneComputes) {
  ASSERT_EQ(run({"--dump", dump_}).exit_code, 0);
  EXPECT_NO_THROW(test::run_python(out_,
                                   "import py_compile, runpy, numpy as np\n"
                                   "py_compile.compile('main.py', doraise=True)\n"
                                   "runpy.run_path('golden.py', run_name='__main__')\n"
                                   "assert float(np.load('golden_output_0.npy')) == 15.0\n"
                                   "assert np.load('input_0.npy').tolist() == [1, 2, 3, 4]\n"));
}

TEST_F(Repro, TheKernelThatRanOrNone) {
  const fs::path meta = folder_.path() / "kernel_meta";
  fs::create_directories(meta);
  std::string other(kKernel);
  other.replace(other.find("0123"), 4, "0999");
  folder_.write("kernel_meta/" + other + ".o", "other");
  folder_.write("kernel_meta/" + other + ".json", "{}");
  const std::string in_log = std::string(kKernel) + "__kernel0";
  const auto refused = run({"--dump", dump_, "--kernel", in_log, "--kernel-meta", meta.string()});
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_NE(refused.err.find("not taken in its place"), std::string::npos) << refused.err;
  EXPECT_EQ(text("main.py").find("bin_path"), std::string::npos);
  EXPECT_FALSE(fs::exists(out_ / (other + ".o")));

  folder_.write(std::string("kernel_meta/") + kKernel + ".o", "binary");
  folder_.write(std::string("kernel_meta/") + kKernel + ".json", "{}");
  const auto taken =
      run({"--dump", dump_, "--kernel", in_log, "--kernel-meta", meta.string(), "--force"});
  EXPECT_EQ(taken.exit_code, 0) << taken.err;
  EXPECT_EQ(text(std::string(kKernel) + ".o"), "binary");
  EXPECT_NE(text("main.py").find("add_direct_case"), std::string::npos);
}

TEST_F(Repro, TilingKeyIsNotPartOfTheFilesName) {
  folder_.write("Foo_0123456789abcdef0123456789abcdef_high_performance.o", "x");
  const std::string kernel = "Foo_0123456789abcdef0123456789abcdef_high_performance_10330";
  EXPECT_NE(find_kernel_files(folder_.path().string(), kernel).binary, "");
  EXPECT_EQ(find_kernel_files(folder_.path().string(), kernel + "x").binary, "");
}

TEST_F(Repro, ExistingFilesAreKeptUnlessForced) {
  EXPECT_EQ(run({"--dump", dump_}).exit_code, 0);
  EXPECT_EQ(run({"--dump", dump_}).exit_code, 2);
  EXPECT_EQ(run({"--dump", dump_, "--force"}).exit_code, 0);
}

TEST_F(Repro, BadUsage) {
  EXPECT_EQ(run({}).exit_code, 2);
  EXPECT_EQ(run({"--dump", "/nonexistent"}).exit_code, 2);
  EXPECT_EQ(run({"--dump", dump_, "--op", "other"}).exit_code, 2);
  EXPECT_EQ(run({"--model", dump_, "--op", "L2Loss"}).exit_code, 2);
  EXPECT_FALSE(fs::exists(out_));
}

TEST_F(Repro, NamesFromFilesStayInsideOfTheirTexts) {
  const std::string evil = "../../x\"\n'''`import os`";
  const std::string dump =
      folder_.write("d", samples::DumpBuilder(evil).input(samples::float_tensor({1})).build());
  const auto result = run({"--dump", dump, "--op", evil});
  EXPECT_EQ(result.exit_code, 2);  // the type is not known
  EXPECT_EQ(python_string(evil), R"py("../../x\"\x0a'''`import os`")py");
}

TEST(PythonText, Values) {
  EXPECT_EQ(python_tuple({}), "()");
  EXPECT_EQ(python_tuple({2}), "(2,)");
  EXPECT_EQ(python_tuple({2, -1}), "(2, -1)");
  static constexpr std::array<int64_t, 2> kInts = {1, 2};
  EXPECT_EQ(python_value(ir::List<int64_t>(kInts)), "[1, 2]");
  EXPECT_EQ(python_value(1.0F), "1.0");
  EXPECT_EQ(python_value(std::numeric_limits<float>::infinity()), "float(\"inf\")");
  EXPECT_EQ(python_value(true), "True");
  EXPECT_EQ(python_value(DType::kFloat16), "\"float16\"");
  EXPECT_EQ(python_value(ir::GraphRef{}), "");
  EXPECT_EQ(msopst_type(ir::List<int64_t>(kInts)), "list_int");
}

TEST_F(Repro, DumpThatALogAnnounced) {
  diagnose::Incident incident;
  incident.op_name = "L2Loss";
  incident.kernel = kKernel;
  incident.dump_file = "/elsewhere/L2Loss.L2Loss.3.1638329841577837";
  const auto found = from_incident(incident, {"/nonexistent", folder_.path().string()});
  EXPECT_EQ(found.dump, dump_);
  EXPECT_EQ(found.failure.kernel, kKernel);
  incident.dump_file = "/elsewhere/..";
  EXPECT_EQ(from_incident(incident, {folder_.path().string()}).dump, "");
}

TEST_F(Repro, GraphAndKernelOfAnIncident) {
  diagnose::Incident incident;
  incident.op_name = "L2Loss";
  incident.kernel = std::string(kKernel) + "__kernel0";
  incident.model_file = "graph.pbtxt";
  const std::vector<std::string> paths = {dump_, folder_.path().string()};
  EXPECT_EQ(from_incident(incident, paths).model, "graph.pbtxt");
  folder_.write(std::string(kKernel) + ".json", "{}");
  EXPECT_EQ(from_incident(incident, paths).kernel_meta, "") << "a description alone";
  folder_.write(std::string(kKernel) + ".o", "x");
  EXPECT_EQ(from_incident(incident, paths).kernel_meta, folder_.path().string());
  incident.kernel = "te_other_0123456789abcdef_0123456789abcdef_1__kernel0";
  EXPECT_EQ(from_incident(incident, paths).kernel_meta, "");
}

/// A log that tells of the op, as the whole command gets it.
TEST_F(Repro, StraightFromALog) {
  const std::string log = folder_.write(
      "plog.log",
      "[ERROR] RUNTIME(7,app):2025-01-01-10:00:00.000.001 [a.cc:1]7 F:[EXEC][DEFAULT]The error "
      "from device(0), serial number is 1, there is an aicore error, core id is 0, error code = "
      "0x800000, dump info: pc start: 0x124040115000, current: 0x124040115010, mte error info: "
      "0x30000c2, para base: 0x124040114180.\n"
      "[ERROR] RUNTIME(7,app):2025-01-01-10:00:00.000.002 [a.cc:1]7 F:[EXEC][DEFAULT]Aicore kernel "
      "execute failed, device_id=0, stream_id=2, report_stream_id=2, task_id=3, flip_num=0, fault "
      "kernel_name=L2Loss, fault kernel info ext=" +
          std::string(kKernel) +
          "__kernel0, program id=1, hash=1.\n"
          "[ERROR] IDEDD(7,app):2025-01-01-10:00:00.000.003 [dump_operator.cpp:1][tid:7] "
          "[Dump][Exception] dump exception to file, file: "
          "/elsewhere/L2Loss.L2Loss.3.1638329841577837\n");
  const auto result = run({"--incident", "1", log, folder_.path().string()});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(file_content(out_ / "input_0.bin"), payload_);
  EXPECT_NE(text("main.py").find(std::string("\"case_name\": \"") + kKernel + "\""),
            std::string::npos);
  EXPECT_EQ(run({"--incident", "2", log, "--force"}).exit_code, 2);
  EXPECT_NE(run({"--incident", "1", log, "--force"}).err.find("L2Loss.L2Loss.3"), std::string::npos)
      << "names the dump that is missing";
}

TEST(SameOp, NamesOfDumpsLoseTheirSeparators) {
  EXPECT_TRUE(same_op("a/b.c d", "a_b_c_d"));
  EXPECT_FALSE(same_op("a/b", "a/bc"));
}

class ReproOfSamples : public testing::Test {
 protected:
  test::ScratchFolder folder_;
};

TEST_F(ReproOfSamples, OpOfAModelWithItsExceptionDump) {
  const std::string out = (folder_.path() / "case").string();
  const auto result =
      run_cli({"repro", "--model", (test::source_dir() / "samples/tiny_resnet_b.om").string(),
               "--op", "block2/b/Convblock2/Addblock2/Relu", "--dump",
               (test::source_dir() / "samples/dump_run/extra-info").string(), "-o", out});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  EXPECT_NO_THROW(test::run_python(out,
                                   "import json, py_compile, numpy as np\n"
                                   "py_compile.compile('main.py', doraise=True)\n"
                                   "case = json.load(open('case.json'))[0]\n"
                                   "assert case['op'] == 'Conv2D', case['op']\n"
                                   "x = np.load('input_0.npy')\n"
                                   "assert x.shape == (1, 2, 8, 8, 16), x.shape\n"
                                   "assert x.dtype == np.float16\n"
                                   "names = [a['name'] for a in case['attr']]\n"
                                   "assert 'strides' in names and '_kernelname' not in names\n"));
}

}  // namespace
}  // namespace omscope::repro
