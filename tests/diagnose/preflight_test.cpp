// A model against a machine. The facts are set one by one, so that each check stands alone.

#include "omscope/diagnose/preflight.h"

#include <array>

#include <gtest/gtest.h>

namespace omscope::diagnose {
namespace {

class Preflight : public testing::Test {
 protected:
  Preflight() : model_(FileBytes::from_memory("m.om", "x"), Kind::kOm) {
    model_.info.soc_version = "Ascend310P3";
    model_.info.atc_version = "7.6.0.1.220";
    model_.info.opp_version = "7.6.0.1.220";
    set_chip("310P3");
    target_.cann.components = {{"runtime", "7.6.0.1.220", "8.0.0", "r", 1},
                               {"opp", "7.6.0.1.220", "8.0.0", "o", 1}};
  }

  void set_chip(const std::string& name) {
    target_.chips = {{name, "OK", 0, uint64_t{20} << 30U, 5}};
    target_.soc = find_soc(name);
  }

  void set_runtime(const std::string& version) { target_.cann.components[0].version = version; }

  /// rule:severity of each finding.
  std::vector<std::string> found() const {
    std::vector<std::string> list;
    for (const Finding& finding : preflight(model_, target_)) {
      list.push_back(finding.rule + ":" + std::string(to_string(finding.severity)));
      EXPECT_FALSE(finding.message.en.empty());
      EXPECT_FALSE(finding.message.zh.empty());
      EXPECT_FALSE(finding.evidence.empty());
    }
    return list;
  }

  using List = std::vector<std::string>;
  ir::Model model_;
  Target target_;
};

TEST_F(Preflight, WhatFitsHasNoFindings) {
  EXPECT_EQ(found(), List{});
  EXPECT_TRUE(preflight(model_, Target()).empty());
}

TEST_F(Preflight, AnotherArchitectureWillNotLoad) {
  set_chip("910B1");
  EXPECT_EQ(found(), List{"soc-version:error"});
  EXPECT_NE(preflight(model_, target_)[0].message.en.find("--soc_version=Ascend910B1"),
            std::string::npos);
}

TEST_F(Preflight, TheSameArchitectureLoads) {
  model_.info.soc_version = "Ascend310P1";
  EXPECT_EQ(found(), List{"soc-version:info"});
  ir::Task task;
  task.op = "conv";
  task.block_dim = 10;
  model_.tasks.push_back(task);
  EXPECT_EQ(found(), List{"soc-version:warning"});
}

TEST_F(Preflight, AChipThatIsNotKnownIsNoVerdict) {
  set_chip("777X");
  EXPECT_EQ(found(), List{"soc-version:warning"});
  model_.info.soc_version = "Ascend777X";
  EXPECT_EQ(found(), List{});
}

TEST_F(Preflight, OperatorsOfADynamicModelMustBeTheSame) {
  target_.cann.components[1].version = "7.6.0.1.221";
  EXPECT_EQ(found(), List{});
  model_.container.header.push_back({"is_unknow_model", uint64_t{1}});
  EXPECT_EQ(found(), List{"opp-version:error"});
  ir::Partition libraries;
  libraries.type_name = "SO_BINS";
  libraries.size = 10;
  model_.container.partitions.push_back(libraries);
  EXPECT_EQ(found(), List{});
}

TEST_F(Preflight, AnOlderRuntimeMayRefuse) {
  set_runtime("7.3.0.1");
  EXPECT_EQ(found(), List{"atc-version:warning"});
  set_runtime("8.2.0.1");
  EXPECT_EQ(found(), List{"atc-version:info"});
}

TEST_F(Preflight, WidthOfTheMemoryPlan) {
  static constexpr std::array<int64_t, 4> kRow = {2, 0, 516608, 0};
  static const std::array<ir::List<int64_t>, 1> kRows = {ir::List<int64_t>(kRow)};
  static const std::array<ir::Attr, 1> kAttrs = {
      ir::Attr{"sub_memory_info", ir::List<ir::List<int64_t>>(kRows)}};
  model_.attrs = kAttrs;
  EXPECT_EQ(found(), List{});
  model_.info.atc_version = {};
  set_runtime("7.2.0.1");
  EXPECT_EQ(found(), List{"memory-info-width:error"});
  set_runtime("7.3.0.1");
  EXPECT_EQ(found(), List{"memory-info-width:warning"});
  set_runtime("7.5.0.1");
  EXPECT_EQ(found(), List{});
}

TEST_F(Preflight, LibrariesForTheHost) {
  static const std::array<ir::Attr, 1> kAttrs = {
      ir::Attr{"host_env_cpu", std::string_view("x86_64")}};
  model_.attrs = kAttrs;
  EXPECT_EQ(found(), List{});
  target_.cann.cpus = {"aarch64"};
  EXPECT_EQ(found(), List{"host-cpu:warning"});
  model_.container.header.push_back({"need_check_os_cpu_info", uint64_t{1}});
  EXPECT_EQ(found(), List{"host-cpu:error"});
  target_.cann.cpus = {"aarch64", "x86_64"};
  EXPECT_EQ(found(), List{});
}

TEST_F(Preflight, MemoryIsSummedUp) {
  model_.info.memory_size = int64_t{10} << 30;
  model_.info.weight_size = int64_t{5} << 30;
  EXPECT_EQ(found(), List{});
  target_.chips[0].memory_used = uint64_t{4} << 30U;
  EXPECT_EQ(found(), List{"memory:warning"});
  target_.chips[0].memory_used = uint64_t{8} << 30U;
  EXPECT_EQ(found(), List{"memory:error"});
  ir::Port port;
  port.size = UINT64_MAX;
  model_.inputs.push_back(port);
  EXPECT_EQ(found(), List{"memory:error"});
}

TEST_F(Preflight, Bfloat16NeedsAChipThatHasIt) {
  static const ir::TensorType kType = [] {
    ir::TensorType type;
    type.dtype = DType::kBFloat16;
    return type;
  }();
  static const std::array<const ir::TensorType*, 1> kOutputs = {&kType};
  static const std::array<ir::Op, 1> kOps = [] {
    ir::Op op;
    op.name = "a";
    op.type = "Add";
    op.outputs = kOutputs;
    return std::array<ir::Op, 1>{op};
  }();
  model_.add_graph().ops = kOps;
  EXPECT_EQ(found(), List{"bfloat16:error"});
  model_.info.soc_version = "Ascend910B1";
  set_chip("910B1");
  EXPECT_EQ(found(), List{});
}

TEST_F(Preflight, MixedInstallationsAndSickChips) {
  target_.cann.components[1].product = "8.1.RC1";
  target_.chips[0].health = "Alarm";
  EXPECT_EQ(found(), (List{"chip-health:warning", "mixed-versions:warning"}));
}

}  // namespace
}  // namespace omscope::diagnose
