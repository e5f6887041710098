// What in an AIPP configuration cannot work, or most likely is not what was meant.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "omscope/diagnose/report.h"
#include "omscope/ir/model.h"

namespace omscope::diagnose {

/// `file` is named in the evidence; `model` is the one that the configuration is for, or nullptr.
std::vector<Finding> check_aipp(std::string_view text, const std::string& file,
                                const ir::Model* model);

}  // namespace omscope::diagnose
