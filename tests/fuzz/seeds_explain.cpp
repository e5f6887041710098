#include "fuzz/seeds.h"

namespace omscope::fuzz::seeds {

Seeds explain() {
  return {"507011",
          "-1",
          "0x7bc83",
          "ERR01100",
          "MTE_BIU_RDWR_RESP",
          "Ascend310P3",
          "te_foo_0123456789abcdef_0123456789abcdef_0__kernel0",
          "Cannot find bin of op Foo, integral key 0/1/|dynamic num:2/float/ND/float/ND/|true.",
          "an aicore error, core id is 0, error code = 0x800000, errcode:(0x10, 0, 0)",
          "AICPU errcode:11003, retCode=0x31 ge result[1343225857] ErrorNo: 4294967295(failed)"};
}

Seeds kernel_texts() {
  return {
      "Foo\n{\"binFileName\": \"te_x_0\", \"binFileSuffix\": \".o\", \"blockDim\": 8, "
      "\"kernelName\": \"te_x_0__kernel0\", \"magic\": \"RT_DEV_BINARY_MAGIC_ELF_AIVEC\", "
      "\"parameters\": [null, 1, {\"dtype\": \"float\", \"init_value\": 0.5}], \"sha256\": "
      "\"00\", \"kernelList\": [{\"kernelName\": \"a\"}], \"workspace\": {\"num\": 1}}",
      "Foo\n{\"binList\": [{\"implMode\": \"high_performance\", \"deterministic\": \"ignore\", "
      "\"inputs\": [{\"name\": \"x\", \"dtype\": \"float16\", \"format\": \"ND\"}, [{\"dtype\": "
      "\"int32\"}]], \"outputs\": [], \"binInfo\": {\"jsonFilePath\": \"p\"}}]}",
      "Foo\n{\"Foo\": {\"binaryList\": [{\"simplifiedKey\": [\"Foo/d=0,p=1/1,2/diy,99\"], "
      "\"binPath\": \"p\"}]}}",
      "Foo\n{\"A\": {}, \"Foo\": {\"input0\": {\"dtype\": \"float16,float\", \"format\": "
      "\"ND,ND\", "
      "\"name\": \"x\", \"paramType\": \"required\"}}}"};
}

Seeds machine_texts() {
  return {
      "| npu-smi 23.0.0 Version: 23.0.0 |\n| Chip | Bus-Id | Memory |\n"
      "| 0 910B3 | OK | 1 2 0 / 0 |\n| 0 | 0000:C1:00.0 | 0 0 / 0 33 / 65536 |\n",
      "runtime_running_version=[7.6.0.1.220:8.0.0]\n",
      "Version=7.8.T5.0.B028\nversion_dir=8.2.T2\n", "8.0.RC1.alpha001\n8.0.0",
      "aipp_op {\n aipp_mode: static # c\n input_format: YUV420SP_U8 crop: true crop_size_w: 8\n"
      " src_image_size_w: 6 var_reci_chn_0: 255 padding: true left_padding_size: 40 }"};
}

}  // namespace omscope::fuzz::seeds
