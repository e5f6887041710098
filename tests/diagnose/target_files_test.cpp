// Files that describe a machine: npu-smi text, version files, platform descriptions.

#include <gtest/gtest.h>

#include "omscope/diagnose/diagnose_inputs.h"
#include "omscope/diagnose/preflight.h"
#include "omscope/formats/config/cann_versions.h"
#include "omscope/formats/config/key_values.h"
#include "omscope/formats/config/npu_smi.h"
#include "omscope/formats/config/version_range.h"

#include "support/files.h"

namespace omscope::config {
namespace {

constexpr const char* kOneRow =
    "| npu-smi 23.0.0                   Version: 23.0.0                         |\n"
    "| NPU     Name        | Health          | Power(W)  Temp(C)  Hugepages-Usage(page) |\n"
    "| Chip    Device      | Bus-Id          | AICore(%) Memory-Usage(MB)         |\n"
    "+=====================+=================+====================================+\n"
    "| 24      310P3       | OK              | NA        29     0     / 0         |\n"
    "| 0       0           | 0000:04:00.0    | 0         1832 / 21527             |\n"
    "+=====================+=================+====================================+\n"
    "| NPU     Chip        | Process id      | Process name | Process memory(MB)  |\n"
    "| 24      0           | 4711            | python       | 120                 |\n";

TEST(NpuSmi, ChipAndMemory) {
  EXPECT_TRUE(looks_like_npu_smi(kOneRow));
  const NpuSmi smi = read_npu_smi(kOneRow);
  EXPECT_EQ(smi.version, "23.0.0");
  ASSERT_EQ(smi.chips.size(), 1U);
  EXPECT_EQ(smi.chips[0].name, "310P3");
  EXPECT_EQ(smi.chips[0].npu, 24);
  EXPECT_EQ(smi.chips[0].health, "OK");
  EXPECT_EQ(smi.chips[0].memory_used_mb, 1832U);
  EXPECT_EQ(smi.chips[0].memory_total_mb, 21527U);
  EXPECT_EQ(smi.chips[0].line, 5U);
}

TEST(NpuSmi, ChipsWithHbmHaveTwoPairs) {
  const NpuSmi smi = read_npu_smi(
      "| NPU   Name          | Health        | Power(W)   Temp(C)   Hugepages-Usage(page)|\n"
      "| 0     910B3         | Warning       | 93.6       37        0    / 0             |\n"
      "| 0                   | 0000:C1:00.0  | 0          0    / 0  3349 / 65536         |\n"
      "| 1     910B3         | OK            | 93.6       37        0    / 0             |\n"
      "| 0                   | 0000:C2:00.0  | 0          0    / 0  1 / 65536            |\n");
  ASSERT_EQ(smi.chips.size(), 2U);
  EXPECT_EQ(smi.chips[0].memory_used_mb, 3349U);
  EXPECT_EQ(smi.chips[0].health, "Warning");
  EXPECT_EQ(smi.chips[1].memory_total_mb, 65536U);
}

TEST(NpuSmi, WhatIsNoTable) {
  EXPECT_FALSE(looks_like_npu_smi("hello"));
  EXPECT_TRUE(read_npu_smi("| 1 2 | 3 |\n||\n|").chips.empty());
  EXPECT_TRUE(read_npu_smi(std::string(1000, '|')).chips.empty());
}

TEST(KeyValues, SectionsCommentsAndQuotes) {
  const auto values = read_key_values("# c\n[a]\nk = v\n; d\n[b]\nk:\"w\"\nno separator\n=x\n");
  ASSERT_EQ(values.size(), 2U);
  EXPECT_EQ(find_value(values, "k"), "v");
  EXPECT_EQ(find_value(values, "k", "b"), "w");
  EXPECT_EQ(values[1].line, 6U);
  EXPECT_FALSE(find_value(values, "x"));
}

TEST(CannVersions, OrderOfReleases) {
  EXPECT_LT(compare_versions("8.0.RC1", "8.0.RC3"), 0);
  EXPECT_LT(compare_versions("8.0.RC3", "8.0.0"), 0);
  EXPECT_LT(compare_versions("8.0.RC1.alpha001", "8.0.RC1"), 0);
  EXPECT_LT(compare_versions("7.6", "7.10"), 0);
  EXPECT_LT(compare_versions("1.84.15.1.229", "7.2"), 0);
  EXPECT_EQ(compare_versions("7.2", "7.2.0"), 0);
  EXPECT_GT(compare_versions("9.1.0", "8.5.0"), 0);
  EXPECT_EQ(compare_versions("", ""), 0);
}

TEST(CannVersions, FilesOfBothKinds) {
  const auto all = read_version_file(
      "runtime_running_version=[7.6.0.1.220:8.0.0]\ncompiler_running_version=[7.5.0.1:8.0.RC3]\n"
      "runtime_installed_version=[7.6.0.1.220:8.0.0]\n",
      "");
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].component, "runtime");
  EXPECT_EQ(all[0].version, "7.6.0.1.220");
  EXPECT_EQ(all[1].product, "8.0.RC3");
  const auto one = read_version_file("Version=7.8.T5.0.B028\nversion_dir=8.2.T2\n", "opp");
  ASSERT_EQ(one.size(), 1U);
  EXPECT_EQ(one[0].version, "7.8.T5.0.B028");
  EXPECT_EQ(one[0].product, "8.2.T2");
  EXPECT_TRUE(read_version_file("nothing", "opp").empty());
}

TEST(CannVersions, FoldersOfAnInstallation) {
  const test::ScratchFolder folder;
  std::filesystem::create_directories(folder.path() / "runtime");
  std::filesystem::create_directories(folder.path() / "aarch64-linux");
  folder.write("runtime/version.info", "Version=7.2.0.1\n");
  folder.write("aarch64-linux/ascend_toolkit_install.info", "version=8.0.RC1\narch=aarch64\n");
  const CannVersions versions = read_cann_folder(folder.path().string());
  ASSERT_NE(versions.find("runtime"), nullptr);
  EXPECT_EQ(versions.find("runtime")->version, "7.2.0.1");
  EXPECT_EQ(versions.product(), "8.0.RC1");
  EXPECT_EQ(versions.cpus, std::vector<std::string>{"aarch64"});
  EXPECT_TRUE(read_cann_folder("/nonexistent").components.empty());
}

TEST(VersionRange, BoundsCountForTheirLength) {
  EXPECT_TRUE(lies_in("7.1.0.11.220", "[7.0.0,7.2.99]"));
  EXPECT_FALSE(lies_in("7.3.0.1.231", "[7.0.0,7.2.99]"));
  EXPECT_TRUE(lies_in("6.4.12.1", "[6.4.0,6.4.99],[7.0.0,7.7.99]"));
  EXPECT_FALSE(lies_in("6.5.0", "[6.4.0,6.4.99],[7.0.0,7.7.99]"));
  EXPECT_TRUE(lies_in("24.1.rc2.2", "[23.0.0,23.0.0.],[24.1,24.1.]"));
  EXPECT_FALSE(lies_in("25.0.rc1", "[23.0.0,23.0.0.],[24.1,24.1.]"));
  EXPECT_TRUE(lies_in("23.0.rc2.1", "[23.0.rc2,23.0.rc2.]"));
  EXPECT_FALSE(lies_in("23.0.rc3", "[23.0.rc2,23.0.rc2.]"));
  for (const char* nothing : {"", "[", "[7.0.0", "[,]", "[V100R001C15]", "text"}) {
    EXPECT_TRUE(lies_in("7.1", nothing)) << nothing;
  }
}

TEST(VersionRange, Demands) {
  EXPECT_TRUE(meets("8.3.0.1.200", ">=7.6, <=8.3"));
  EXPECT_FALSE(meets("8.5.0", ">=7.6, <=8.3"));
  EXPECT_FALSE(meets("7.5.0.1", ">=7.6, <=8.3"));
  EXPECT_TRUE(meets("7.8.T5.0.B028", "7.8"));
  EXPECT_FALSE(meets("7.7.0.1", "7.8"));
  EXPECT_FALSE(meets("7.8", "<7.8"));
  EXPECT_TRUE(meets("7.8", ""));
  EXPECT_TRUE(meets("7.8", ">=, x"));
}

TEST(VersionRange, CodeLines) {
  EXPECT_EQ(code_lines("[V100R001C15],[V100R001C18]").size(), 2U);
  EXPECT_EQ(code_lines("V100R001C19SPC001B124").at(0), "V100R001C19");
  EXPECT_TRUE(code_lines("VVRC V1R C VR1C1 V100R001C").empty());
}

constexpr const char* kDriver =
    "Version=24.1.rc2.2\nInnerversion=V100R001C18SPC001B233\n"
    "compatible_version=[V100R001C15],[V100R001C17],[V100R001C18]\n"
    "compatible_version_fw=[7.0.0,7.2.99]\npackage_version=24.1.rc2.2\n";

class Installation : public testing::Test {
 protected:
  void write(const std::string& path, const std::string& text) {
    std::filesystem::create_directories((folder_.path() / path).parent_path());
    folder_.write(path, text);
  }
  /// rule:severity of each finding, in the order of the checks.
  std::string found(const std::string& machine = "") {
    const std::string file = machine.empty() ? "" : folder_.write("smi.txt", machine);
    const auto target = diagnose::read_target(file, folder_.path().string());
    if (!target) return "refused: " + target.error().message;
    std::vector<Finding> findings;
    check_target(*target, findings);
    std::string list;
    for (const Finding& each : findings) {
      list += each.rule + ":" + std::string(to_string(each.severity)) + " ";
      EXPECT_FALSE(each.message.zh.empty());
      EXPECT_FALSE(each.evidence.empty());
    }
    return list;
  }
  using Finding = diagnose::Finding;
  test::ScratchFolder folder_;
};

TEST_F(Installation, DriverAndFirmware) {
  write("driver/version.info", kDriver);
  EXPECT_EQ(found(), "");
  write("firmware/version.info",
        "Version=7.2.0.1.1\ncompatible_version_drv=[23.0.0,23.0.0.],[24.1,24.1.]\n");
  EXPECT_EQ(found(), "");
  write("firmware/version.info", "Version=7.3.0.1.231\n");
  EXPECT_EQ(found(), "driver-firmware:error ");
  write("firmware/version.info", "Version=7.2.0.1.1\ncompatible_version_drv=[23.0.0,23.0.0.]\n");
  EXPECT_EQ(found(), "driver-firmware:error ");
}

TEST_F(Installation, DriverAndToolkit) {
  write("driver/version.info", kDriver);
  write("ascend-toolkit/latest/aarch64-linux/ascend_toolkit_install.info",
        "version=8.0.RC3\ninnerversion=V100R001C19SPC001\n"
        "compatible_version=[V100R001C18],[V100R001C19]\n");
  EXPECT_EQ(found(), "");
  write("ascend-toolkit/latest/aarch64-linux/ascend_toolkit_install.info",
        "version=8.3.RC1\ninnerversion=V100R001C23SPC001\n"
        "compatible_version=[V100R001C20],[V100R001C21]\n");
  EXPECT_EQ(found(), "driver-toolkit:warning ");
}

TEST_F(Installation, DemandsOfComponents) {
  write("runtime/version.info", "Version=7.8.0.1\n");
  write("compiler/version.info", "Version=7.8.0.1\nrequired_package_runtime_version=\"7.8\"\n");
  write("opp/version.info",
        "Version=7.8.0.1\nrequired_package_opp_kernel_version=\">=7.6, <=7.8\"\n");
  EXPECT_EQ(found(), "");
  write("opp_kernel/version.info", "Version=7.5.0.1\n");
  EXPECT_EQ(found(), "component-versions:warning ");
  write("compiler/version.info", "Version=7.6.0.1\nrequired_package_runtime_version=\"7.6\"\n");
  EXPECT_EQ(found(),
            "mixed-versions:warning component-versions:warning component-versions:warning ");
}

TEST_F(Installation, MixtureOfProducts) {
  write("version.cfg",
        "runtime_running_version=[7.6.0.1:8.0.0]\ncompiler_running_version=[7.5.0.1:8.0.RC3]\n");
  EXPECT_EQ(found(), "mixed-versions:warning ");
  write("version.cfg",
        "runtime_running_version=[7.6.0.1:8.0.0]\ncompiler_running_version=[7.6.0.2:8.0.0]\n");
  EXPECT_EQ(found(), "");
}

TEST_F(Installation, DriverThatRuns) {
  write("driver/version.info", "Version=24.1.rc2.2\n");
  EXPECT_EQ(found(kOneRow), "running-driver:warning ");
  write("driver/version.info", "Version=23.0.0\n");
  EXPECT_EQ(found(kOneRow), "");
}

TEST_F(Installation, KernelsAlone) {
  EXPECT_EQ(found().substr(0, 7), "refused");
  write("kernel/config/ascend910b/add.json", "{}");
  EXPECT_EQ(found(), "cann-folder:info ");
  EXPECT_EQ(found(kOneRow), "kernel-package:warning cann-folder:info ");
  write("kernel/config/ascend310p/add.json", "{}");
  EXPECT_EQ(found(kOneRow), "cann-folder:info ");
}

std::string rules_of(const std::vector<diagnose::Finding>& findings) {
  std::string list;
  for (const diagnose::Finding& each : findings) list += each.rule + " ";
  return list;
}

TEST_F(Installation, FilesAmongTheInputs) {
  write("bundle/driver/version.info", kDriver);
  write("bundle/firmware/version.info", "Version=7.2.0.1.1\n");
  write("bundle/smi.txt", kOneRow);
  diagnose::InputOptions options;
  options.paths = {folder_.path().string()};
  EXPECT_EQ(rules_of(diagnose::diagnose(options).findings), "running-driver ");
  write("bundle/firmware/version.info", "Version=7.3.0.1.231\n");
  EXPECT_EQ(rules_of(diagnose::diagnose(options).findings), "driver-firmware running-driver ");
  EXPECT_TRUE(diagnose::diagnose(options).incidents.empty());
}

TEST(Target, OperatorPackageThatRan) {
  diagnose::Target target;
  target.cann.components = {{"opp", "7.8.T5.0.B028", "8.2.RC1", "o", 1, {}}};
  const auto found = [&](const char* logged) {
    diagnose::Report report;
    report.incidents.emplace_back().registers.set("cann_version", logged);
    diagnose::check_operator_package(target, report);
    return rules_of(report.findings);
  };
  EXPECT_EQ(found("7.8"), "");
  EXPECT_EQ(found("8.2.RC1"), "");
  EXPECT_EQ(found("8.0.RC3"), "operator-package ");
  target.cann.components.clear();
  EXPECT_EQ(found("8.0.RC3"), "");
}

TEST(Target, ChipByNpuSmiOrPlatformFile) {
  const test::ScratchFolder folder;
  const auto smi = diagnose::read_target(folder.write("smi.txt", kOneRow), "");
  ASSERT_TRUE(smi);
  EXPECT_EQ(smi->soc->name, "Ascend310P3");
  EXPECT_EQ(smi->chips[0].memory_total, uint64_t{21527} << 20U);
  const auto ini =
      diagnose::read_target(folder.write("c.ini", "[version]\nSoC_version=Ascend910B1\n"), "");
  ASSERT_TRUE(ini);
  EXPECT_EQ(ini->soc->arch, "2201");
  EXPECT_FALSE(diagnose::read_target(folder.write("x.txt", "hello"), ""));
  EXPECT_FALSE(diagnose::read_target("", folder.path().string()));
}

}  // namespace
}  // namespace omscope::config
