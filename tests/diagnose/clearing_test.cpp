// Memory that a kernel adds to: found where nothing clears it, and nowhere else.
#include <algorithm>
#include <array>

#include <gtest/gtest.h>

#include "omscope/diagnose/diagnose_inputs.h"
#include "omscope/diagnose/kernel_checks.h"
#include "omscope/diagnose/preflight.h"

#include "support/files.h"

namespace omscope::diagnose {
namespace {

constexpr const char* kStem = "te_biasgrad_0123456789abcdef_0123456789abcdef_1";

std::string description(const std::string& parameters) {
  return R"({"binFileName": ")" + std::string(kStem) +
         R"(", "binFileSuffix": ".o", "blockDim": 2, "kernelName": ")" + kStem +
         R"(__kernel0", "magic": "RT_DEV_BINARY_MAGIC_ELF", "parameters": )" + parameters + "}";
}

/// An op as the compiler leaves it, with a second one before it.
class Clearing : public testing::Test {
 protected:
  Clearing() : model_(FileBytes::from_memory("m.om", "x"), Kind::kOm) {
    static constexpr std::array<int64_t, 1> kOffsets = {4096};
    plan_.output_offsets = kOffsets;
    ops_[0].name = "before";
    ops_[0].type = "Relu";
    ops_[1].name = "grad";
    ops_[1].type = "BiasAddGrad";
    ops_[1].plan = &plan_;
    note("grad_kernelname", std::string_view(kernel_));
    model_.graphs.emplace_back().ops = ops_;
  }

  void note(std::string_view name, ir::AttrValue value) {
    attrs_.push_back({name, value});
    std::sort(attrs_.begin(), attrs_.end(),
              [](const ir::Attr& a, const ir::Attr& b) { return a.name < b.name; });
    ops_[1].attrs = ir::List<ir::Attr>(attrs_);
  }

  void run_after(std::string_view type) {
    static constexpr std::array<std::string_view, 1> kBefore = {"before:-1"};
    ops_[0].type = type;
    ops_[1].control_inputs = kBefore;
  }

  /// By the description, by the op's own note.
  size_t by_kernel(const char* parameters = "[0, 1]") const {
    const auto json = kernelmeta::read_kernel_json(description(parameters), "k.json");
    const auto found = check_clearing(*json, "k.json", model_);
    for (const Finding& each : found) {
      EXPECT_EQ(each.rule, "clearing-missing");
      EXPECT_EQ(each.evidence.size(), 2U);
      EXPECT_FALSE(each.message.zh.empty());
    }
    EXPECT_EQ(check_clearing(*json, "k.json", model_, "grad").size(), found.size());
    return found.size();
  }
  size_t by_note() const {
    std::vector<Finding> found;
    check_clearing(model_, found);
    return found.size();
  }

  std::string kernel_ = std::string(kStem) + "__kernel0";
  ir::Plan plan_;
  std::array<ir::Op, 2> ops_;
  std::vector<ir::Attr> attrs_;
  ir::Model model_;
};

constexpr std::array<int64_t, 1> kYes = {1};
constexpr std::array<int64_t, 1> kNo = {0};

TEST_F(Clearing, MissingByTheDescription) {
  EXPECT_EQ(by_kernel(), 1U);
  EXPECT_EQ(by_kernel(R"([null, {"dtype": "float32", "init_value": 0.0}])"), 1U);
}

TEST_F(Clearing, NothingToClear) {
  EXPECT_EQ(by_kernel("[0, 0]"), 0U);
  EXPECT_EQ(by_kernel("[null, null]"), 0U);
  EXPECT_EQ(by_kernel("[]"), 0U);
}

TEST_F(Clearing, MissingByTheOpsOwnNote) {
  EXPECT_EQ(by_note(), 0U);
  note("tbe_op_atomic_output_index", ir::List<int64_t>(kYes));
  EXPECT_EQ(by_note(), 1U);
  EXPECT_EQ(by_kernel(), 1U) << "that it is wanted is no clearing";
}

TEST_F(Clearing, ANoteOfZeroesAsksForNothing) {
  note("tbe_op_atomic_output_index", ir::List<int64_t>(kNo));
  EXPECT_EQ(by_note(), 0U);
}

TEST_F(Clearing, DoneByAnOpBefore) {
  note("tbe_op_atomic_output_index", ir::List<int64_t>(kYes));
  run_after("Relu");
  EXPECT_EQ(by_note(), 1U);
  for (const char* type : {"AtomicAddrClean", "MemSet"}) {
    run_after(type);
    EXPECT_EQ(by_note(), 0U) << type;
    EXPECT_EQ(by_kernel(), 0U) << type;
  }
}

TEST_F(Clearing, DoneByTheOpsOwnLaunch) {
  note("tbe_op_atomic_output_index", ir::List<int64_t>(kYes));
  note("grad_atomic_kernelname", std::string_view("te_atomicaddrclean_1"));
  EXPECT_EQ(by_note(), 0U);
  EXPECT_EQ(by_kernel(), 0U);
}

TEST_F(Clearing, NoVerdictBeforeMemoryIsPlanned) {
  note("tbe_op_atomic_output_index", ir::List<int64_t>(kYes));
  ops_[1].plan = nullptr;
  EXPECT_EQ(by_note(), 0U);
  EXPECT_EQ(by_kernel(), 0U);
}

TEST_F(Clearing, AnotherKernelIsNotMeant) {
  kernel_[6] = 'X';
  const auto json = kernelmeta::read_kernel_json(description("[0, 1]"), "k.json");
  EXPECT_TRUE(check_clearing(*json, "k.json", model_).empty());
}

TEST_F(Clearing, IsPartOfPreFlight) {
  note("tbe_op_atomic_output_index", ir::List<int64_t>(kYes));
  const auto found = preflight(model_, Target());
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].rule, "clearing-missing");
}

/// A graph of Graph Engine as text, its kernels' folder, and a log of the failure.
class ClearingBesideLogs : public testing::Test {
 protected:
  static std::string graph(const std::string& control) {
    return "name: \"m\"\ngraph {\n  name: \"g\"\n"
           "  op {\n    name: \"clean\"\n    type: \"AtomicAddrClean\"\n  }\n"
           "  op {\n    name: \"grad\"\n    type: \"BiasAddGrad\"\n" +
           control +
           "    output_i: 4096\n"
           "    output_desc {\n      name: \"y\"\n      dtype: DT_FLOAT\n    }\n  }\n}\n";
  }

  std::string rules_with(const std::string& control, const std::string& parameters) {
    InputOptions options;
    options.paths = {folder_.write(
        "plog.log",
        "[ERROR] RUNTIME(7,app):2025-01-01-10:00:00.000.001 [a.cc:1]7 F:[EXEC][DEFAULT]The error "
        "from device(0), serial number is 1, there is an aicore error, core id is 0, error code = "
        "0x800000, dump info: pc start: 0x124040115000, current: 0x124040115010, mte error info: "
        "0x30000c2, para base: 0x124040114180.\n"
        "[ERROR] RUNTIME(7,app):2025-01-01-10:00:00.000.002 [a.cc:1]7 F:[EXEC][DEFAULT]Aicore "
        "kernel execute failed, device_id=0, stream_id=2, report_stream_id=2, task_id=6, "
        "flip_num=0, fault kernel_name=grad, fault kernel info ext=" +
            std::string(kStem) + "__kernel0, program id=1, hash=1.\n")};
    options.model = folder_.write("ge_proto_00000001_Build.txt", graph(control));
    folder_.write(std::string(kStem) + ".json", description(parameters));
    options.kernel_meta = folder_.path().string();
    std::string list;
    for (const Finding& each : diagnose(options).findings) list += each.rule + " ";
    return list;
  }

  test::ScratchFolder folder_;
};

TEST_F(ClearingBesideLogs, FoundOnlyWhereNothingClears) {
  EXPECT_NE(rules_with("", "[0, 1]").find("clearing-missing"), std::string::npos)
      << rules_with("", "[0, 1]");
  EXPECT_EQ(rules_with("    input: \"clean:-1\"\n", "[0, 1]").find("clearing-missing"),
            std::string::npos);
  EXPECT_EQ(rules_with("", "[0, 0]").find("clearing-missing"), std::string::npos);
}

}  // namespace
}  // namespace omscope::diagnose
