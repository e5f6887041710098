// Whether a kernel's description, its binary and the chip fit together, and whether there is a
// binary for what a model asks for.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "omscope/core/file_bytes.h"
#include "omscope/diagnose/integral_key.h"
#include "omscope/diagnose/report.h"
#include "omscope/diagnose/soc_table.h"
#include "omscope/formats/kernelmeta/kernel_config.h"
#include "omscope/formats/kernelmeta/kernel_json.h"
#include "omscope/ir/model.h"

namespace omscope::diagnose {

/// `binary` is the file that the description names; nullptr when it is not there.
std::vector<Finding> check_kernel(const kernelmeta::KernelJson& json, const std::string& file,
                                  const FileBytes* binary, const std::optional<Soc>& soc);

/// Whether the graph clears what the kernel wants cleared before `op` runs. Graphs that are not
/// planned yet, or whose shapes are known at run time only, give no finding.
std::vector<Finding> check_clearing(const kernelmeta::KernelJson& json, const std::string& file,
                                    const ir::Model& model, std::string_view op);
/// The same for every op that runs the kernel by what the compiler wrote.
std::vector<Finding> check_clearing(const kernelmeta::KernelJson& json, const std::string& file,
                                    const ir::Model& model);
/// The same by what the compiler noted of each op, without descriptions.
void check_clearing(const ir::Model& model, std::vector<Finding>& findings);

/// How far a combination is from what is asked for.
struct Nearest {
  const kernelmeta::Combination* combination = nullptr;
  std::vector<std::string> differences;  ///< "tensor 0: int64 wanted, float32 there"
};

/// The nearest combinations, best first; one without differences is what was asked for.
std::vector<Nearest> nearest_combinations(const IntegralKey& key,
                                          const kernelmeta::KernelConfig& config, size_t most);

/// What a kernels package has for a key that was looked for.
Finding check_key(const IntegralKey& key, const kernelmeta::KernelConfig& config,
                  const std::string& file, const std::optional<Soc>& soc);

}  // namespace omscope::diagnose
