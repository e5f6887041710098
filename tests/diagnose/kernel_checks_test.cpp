#include "omscope/diagnose/kernel_checks.h"

#include <gtest/gtest.h>

#include "omscope/diagnose/aipp_checks.h"
#include "omscope/diagnose/preflight.h"

#include "make_samples/elf_builder.h"
#include "support/files.h"

namespace omscope::diagnose {
namespace {

using kernelmeta::read_kernel_config;
using kernelmeta::read_kernel_json;

std::string rules(const std::vector<Finding>& findings) {
  std::string list;
  for (const Finding& each : findings) {
    list += each.rule + ":" + std::string(to_string(each.severity)) + " ";
    EXPECT_FALSE(each.message.zh.empty());
  }
  return list;
}

constexpr const char* kJson =
    R"({"binFileName": "te_x_0123456789abcdef_0", "binFileSuffix": ".o", "blockDim": 10,
        "kernelName": "te_x_0123456789abcdef_0__kernel0", "magic": "RT_DEV_BINARY_MAGIC_ELF",
        "parameters": [null, 0, {"dtype": "float32", "init_value": 1.5}], "sha256": "aa"})";

TEST(KernelJson, MembersOfAnyType) {
  const auto json = read_kernel_json(kJson, "f");
  ASSERT_TRUE(json);
  EXPECT_EQ(json->block_dim, 10);
  ASSERT_EQ(json->parameters.size(), 3U);
  EXPECT_FALSE(json->parameters[1].needs_clearing);
  EXPECT_EQ(json->parameters[2].init, "float32 1.5");
  const auto odd = read_kernel_json(R"({"blockDim": "8", "kernelName": 3, "parameters": {}})", "f");
  ASSERT_TRUE(odd);
  EXPECT_FALSE(odd->block_dim);
  EXPECT_EQ(odd->kernel_name, "");
  EXPECT_FALSE(read_kernel_json("[]", "f"));
  EXPECT_FALSE(read_kernel_json("{", "f"));
  EXPECT_FALSE(read_kernel_json(std::string(100000, '['), "f"));
}

TEST(KernelChecks, BinaryOfAnotherHash) {
  const auto json = read_kernel_json(kJson, "f");
  const auto binary = FileBytes::from_memory("te_x_0123456789abcdef_0.o", "no ELF");
  EXPECT_EQ(rules(check_kernel(*json, "te_x_0123456789abcdef_0.json", binary.get(), {})),
            "kernel-identity:error kernel-identity:error ");
  EXPECT_EQ(rules(check_kernel(*json, "te_y_0123456789abcdef_0.json", nullptr, {})),
            "kernel-identity:warning kernel-identity:info ");
}

TEST(KernelChecks, BlocksAgainstCores) {
  const auto json = read_kernel_json(kJson, "f");
  const auto findings =
      check_kernel(*json, "te_x_0123456789abcdef_0.json", nullptr, find_soc("310P3"));
  EXPECT_EQ(rules(findings), "kernel-identity:info block-dim:warning ");
  const auto wrong = read_kernel_json(R"({"blockDim": 70000})", "f");
  EXPECT_EQ(rules(check_kernel(*wrong, "f", nullptr, {})), "kernel-identity:info block-dim:error ");
}

TEST(KernelChecks, DescriptionLooksForItsBinary) {
  const test::ScratchFolder folder;
  const std::string json = folder.write("te_x_0123456789abcdef_0.json", kJson);
  folder.write("te_x_0123456789abcdef_0.o", "other");
  const auto file = FileBytes::open(json);
  ASSERT_TRUE(file);
  EXPECT_NE(rules(preflight_file(**file, {})).find("kernel-identity:error"), std::string::npos);
}

constexpr const char* kConfig = R"({"binList": [
  {"implMode": "high_performance", "deterministic": "ignore", "inputs": [
     {"name": "x", "dtype": "float16", "format": "ND", "format_match_mode": "FormatAgnostic"},
     [{"name": "l", "dtype": "int32", "format": "ND"}]],
   "outputs": [{"name": "y", "dtype": "float16", "format": "ND"}],
   "binInfo": {"jsonFilePath": "a/b.json"}},
  {"deterministic": "true", "inputs": [{"name": "x", "dtype": "float32", "format": "NCHW"},
     {"name": "l", "dtype": "int32", "format": "ND"}],
   "outputs": [{"name": "y", "dtype": "float32", "format": "ND"}]}]})";

std::string differences(const char* text) {
  const auto config = read_kernel_config(kConfig, "Foo", "f");
  const auto key = parse_integral_key(text);
  const auto nearest = nearest_combinations(*key, *config, 1);
  std::string list;
  for (const std::string& each : nearest.at(0).differences) list += each + "; ";
  return list;
}

TEST(KernelConfig, KeysAgainstCombinations) {
  EXPECT_EQ(differences("0/1/|float16/NHWC/int32/ND/float16/ND/"), "");
  EXPECT_EQ(differences("1/0/|float/NCHW/int32/ND/float/ND/"), "");
  EXPECT_EQ(differences("1/0/|float/NHWC/int32/ND/float/ND/"),
            "tensor 0 (x): format NCHW instead of NHWC; ");
  EXPECT_EQ(differences("0/0/|float/NCHW/int32/ND/float/ND/"), "deterministic only; ");
  EXPECT_EQ(differences("0/1/|float16/ND/int64/ND/float16/ND/"),
            "tensor 1 (l): int32 instead of int64; ");
}

TEST(KernelConfig, VerdictNamesTheNearest) {
  const auto config = read_kernel_config(kConfig, "Foo", "f");
  const auto finding =
      check_key(*parse_integral_key("0/1/|float16/ND/int64/ND/float16/ND/"), *config, "f", {});
  EXPECT_EQ(finding.severity, Severity::kError);
  EXPECT_NE(finding.message.en.find("the nearest are (float16, int32, float16)"), std::string::npos)
      << finding.message.en;
  const auto bf16 =
      check_key(*parse_integral_key("0/1/|bf16/ND/"), *config, "f", find_soc("310P3"));
  EXPECT_NE(bf16.message.en.find("cannot compute"), std::string::npos);
}

TEST(KernelConfig, FilesOfAllOperators) {
  const auto binaries = read_kernel_config(
      R"({"A": {"x": ["}", "\"{"]}, "AddCustom": {"binaryList": [{"simplifiedKey":
          ["AddCustom/d=0,p=1/1,2/1,2", "AddCustom/d=0,p=0/diy,99"], "binPath": "p.o"}]}})",
      "AddCustom", "f");
  ASSERT_TRUE(binaries);
  ASSERT_EQ(binaries->combinations.size(), 2U);
  EXPECT_EQ(binaries->combinations[0].tensor(0).dtype, "float16");
  EXPECT_EQ(binaries->combinations[0].binary, "p.o");
  EXPECT_EQ(binaries->combinations[1].tensor(0).dtype, "any");
  const auto info = read_kernel_config(
      R"({"AddN": {"input0": {"dtype": "float16,float", "name": "x"},
          "output0": {"dtype": "float16,float", "name": "y"}}})",
      "AddN", "f");
  ASSERT_TRUE(info);
  EXPECT_TRUE(info->is_op_info);
  ASSERT_EQ(info->combinations.size(), 2U);
  EXPECT_EQ(info->combinations[1].outputs.at(0).dtype, "float");
  EXPECT_FALSE(read_kernel_config("{}", "AddN", "f"));
  EXPECT_FALSE(read_kernel_config("", "AddN", "f"));
  EXPECT_FALSE(read_kernel_config("{\"AddN\": ", "AddN", "f"));
}

std::string aipp(const std::string& settings, const ir::Model* model = nullptr) {
  std::string list;
  for (const Finding& each : check_aipp("aipp_op { " + settings + " }", "f", model)) {
    list += std::string(to_string(each.severity)) + ": " + each.message.en + "\n";
  }
  return list;
}

constexpr const char* kStatic = "aipp_mode: static\n input_format: RGB888_U8\n";

TEST(Aipp, SoundSettings) {
  EXPECT_EQ(aipp(std::string(kStatic) +
                 "src_image_size_w: 640 src_image_size_h: 640 # text\n crop: true crop_size_w: 640 "
                 "crop_size_h: 624 var_reci_chn_0: 0.0039 padding: true bottom_padding_size: 16"),
            "");
}

TEST(Aipp, WhatCannotWork) {
  EXPECT_NE(aipp("input_format: RGB888_U8").find("must be static or dynamic"), std::string::npos);
  EXPECT_NE(aipp("aipp_mode: dynamic").find("max_src_image_size"), std::string::npos);
  EXPECT_NE(aipp(std::string(kStatic) + "src_image_size_h: 640 crop: true crop_size_h: 641")
                .find("reaches to height 641"),
            std::string::npos);
  EXPECT_NE(aipp(std::string(kStatic) + "padding: true left_padding_size: 33").find("at most 32"),
            std::string::npos);
  EXPECT_NE(aipp(std::string(kStatic) + "var_reci_chn_0: 255").find("0.00392"), std::string::npos);
  EXPECT_NE(aipp(std::string(kStatic) + "crop_sise_h: 3").find("check its spelling"),
            std::string::npos);
  EXPECT_NE(aipp("aipp_mode: static input_format: YUV420SP_U8 src_image_size_w: 3").find("even"),
            std::string::npos);
  EXPECT_NE(aipp("aipp_mode").find("cannot be parsed"), std::string::npos);
  EXPECT_FALSE(check_aipp("aipp_op {", "f", nullptr).empty());
}

TEST(Aipp, CropAndPaddingMakeTheInput) {
  ir::Model model(FileBytes::from_memory("m.onnx", "x"), Kind::kOnnx);
  static constexpr std::array<int64_t, 4> kShape = {1, 3, 640, 640};
  ir::Port port;
  port.name = "image";
  port.shape = kShape;
  model.inputs.push_back(port);
  const std::string crop = std::string(kStatic) + "crop: true crop_size_w: 640 crop_size_h: 624 ";
  EXPECT_EQ(aipp(crop + "padding: true bottom_padding_size: 16", &model), "");
  EXPECT_NE(aipp(crop, &model).find("Crop and padding make 624 x 640"), std::string::npos);
  EXPECT_NE(aipp(std::string(kStatic) + "related_input_rank: 1", &model).find("has 1 input"),
            std::string::npos);
}

}  // namespace
}  // namespace omscope::diagnose
