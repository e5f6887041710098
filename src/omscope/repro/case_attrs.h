// Which attributes of an op are the operator's own, and which kernel the model names.
#pragma once

#include <string>
#include <vector>

#include "omscope/repro/repro_case.h"

namespace omscope::repro {

/// Compilers note which attributes are the operator's own; older ones do not, then those that
/// compilers and frameworks add are left out. Refers to the model.
std::vector<CaseAttr> own_attrs(const ir::Op& op);

/// Empty where the model does not say.
std::string kernel_of(const ir::Model& model, const ir::Op& op);

}  // namespace omscope::repro
