// Takes a model apart: constants, kernels, tasks and nested models as files of their own.
#pragma once

#include <string_view>
#include <vector>

#include "omscope/core/output_folder.h"
#include "omscope/ir/model.h"

namespace omscope::convert {

struct Parts {
  bool weights = false;    ///< weights/<op>.npy
  bool kernels = false;    ///< kernels/<name>.o, as stored (ELF)
  bool tasks = false;      ///< tasks/table<n>.pb, the domi.ModelTaskDef; .bin of HiAI's records
  bool submodels = false;  ///< submodels/<name>.om
};

/// What was written, and what could not be, each with its reason.
struct Extracted {
  size_t files = 0;  ///< mapping.csv among them
  std::vector<Problem> problems;
};

/// Writes below `folder`, one folder per part. Existing files are kept unless `force`.
Extracted extract(const ir::Model& model, const Parts& parts, const std::string& folder,
                  bool force);

/// Those of `parts` that the model does not have.
std::vector<std::string_view> absent_parts(const ir::Model& model, const Parts& parts);

}  // namespace omscope::convert
