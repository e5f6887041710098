// The parts of a kernel's name, as logs and files write it:
//
//   te_l2loss_<64 hex>_<16 hex>_0__kernel0         built by the operator compiler for one model
//   te_fused_op_conv2d_relu_<16 hex>_<16 hex>_1    the same, several operators in one
//   te_cast_<hex>_static_bin                       precompiled, for fixed shapes
//   GatherV3_<32 hex>_high_performance_10330       of the kernels package: mode and tiling key
//   …_mix_aic, …_mix_aiv                           the halves for cube and vector cores
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace omscope::diagnose {

struct KernelName {
  std::string_view stem;  ///< without "__kernel0", "_mix_aic", ".o": what its files are called
  std::string_view op;    ///< "l2loss", "fused_op_conv2d_relu", "GatherV3"
  std::vector<std::string_view> hashes;
  std::string_view implementation;  ///< "high_performance"
  std::string_view number;          ///< behind the hashes: tiling key, or a count of the compiler
  std::string_view core;            ///< "aic", "aiv" of a mixed kernel
  bool from_compiler = false;       ///< te_…: compiled with the model
  bool is_static_binary = false;
  bool is_host_copy = false;  ///< "…_host": the binary that was loaded
};

/// Views into `name`. Nothing when it does not look like a kernel's.
std::optional<KernelName> parse_kernel_name(std::string_view name);

}  // namespace omscope::diagnose
