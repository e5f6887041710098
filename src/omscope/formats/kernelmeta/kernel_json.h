// The description beside a kernel's binary, <name>.json beside <name>.o.
//
//   kernelName, binFileName, binFileSuffix   names of the kernel and of its file
//   sha256        of the file, 64 digits
//   blockDim      cores it runs on; -1: decided at run time; at most 65535
//   magic         RT_DEV_BINARY_MAGIC_ELF, …_ELF_AIVEC, …_ELF_AICUBE, …_ELF_AICPU, FFTS_…_MIX_AIC
//   coreType      AiCore, VectorCore, MIX, …
//   kernelList    [{kernelName, tilingKey, coreType, …}] of kernels that are chosen by tiling
//   parameters    per argument null or 0, or what it must be set to before: 1, {dtype, init_value}
//   opParaSize    bytes of tiling data
//   supportInfo   the combination of dtypes and formats that it was built for
//
// Source: the fusion engine's reader of these files.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "omscope/core/bytes.h"
#include "omscope/core/result.h"
#include "omscope/ir/tensor_file.h"

namespace omscope::kernelmeta {

struct KernelParameter {
  bool needs_clearing = false;  ///< must be zero, or hold `init`, before the kernel runs
  std::string init;             ///< "float32 1.0"; empty for zero
};

struct KernelJson {
  std::string kernel_name;
  std::string bin_file_name;
  std::string bin_file_suffix;
  std::string sha256;
  std::string magic;
  std::string core_type;
  std::optional<int64_t> block_dim;
  std::optional<int64_t> op_para_size;
  std::vector<std::string> kernels;  ///< names of kernelList
  std::vector<KernelParameter> parameters;
  uint64_t workspaces = 0;
  bool has_compile_info = false;
};

/// Whether the object has the members that every such description has.
bool looks_like_kernel_json(std::string_view text);

/// `file` is named in the problem. Members of a wrong type count as missing.
Result<KernelJson> read_kernel_json(std::string_view text, std::string_view file);

/// As a table.
std::unique_ptr<ir::TensorFile> read_kernel_file(const std::shared_ptr<const FileBytes>& file);

}  // namespace omscope::kernelmeta
