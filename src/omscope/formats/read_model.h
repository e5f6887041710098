// The one way to open a model of any kind.
#pragma once

#include <memory>
#include <string>

#include "omscope/formats/detect.h"
#include "omscope/ir/model.h"

namespace omscope {

/// A model of any kind, or kind kUnknown with an error among its problems and `detection` saying
/// what it is instead. Never null.
struct ReadResult {
  std::unique_ptr<ir::Model> model;
  Detection detection;
};

ReadResult read_model(const std::shared_ptr<const FileBytes>& file);

/// Opens the file first.
Result<ReadResult> read_model(const std::string& path);

}  // namespace omscope
