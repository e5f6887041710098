// Kernels' descriptions and operator packages, held against incidents and models.
#pragma once

#include <string>
#include <vector>

#include "omscope/diagnose/diagnose_inputs.h"
#include "omscope/diagnose/preflight.h"
#include "omscope/formats/kernelmeta/kernel_json.h"

namespace omscope::diagnose {

struct Description {
  std::string path;
  kernelmeta::KernelJson json;
};

/// The file itself, or all files below the folder.
std::vector<std::string> files_of(const std::string& path);

/// Checks descriptions that were named and those of kernels that failed, and returns them.
std::vector<Description> look_at_descriptions(const InputOptions& options,
                                              const SortedInputs& inputs, const Target& target,
                                              Report& report);

/// Whether the model clears what these kernels want cleared.
void look_at_clearing(const ir::Model& model, const std::vector<Description>& descriptions,
                      Report& report);

/// What the installed package has for the keys that were not found.
void look_at_package(const InputOptions& options, const Target& target, Report& report);

}  // namespace omscope::diagnose
