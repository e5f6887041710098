// Files that describe a machine: npu-smi text, version files, platform descriptions.

#include <gtest/gtest.h>

#include "omscope/diagnose/preflight.h"
#include "omscope/formats/config/cann_versions.h"
#include "omscope/formats/config/key_values.h"
#include "omscope/formats/config/npu_smi.h"

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
