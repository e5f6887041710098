// The one way to open a model of any kind. For inputs that may be no model: read_input.h.
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
/// The same where the kind is known already.
ReadResult read_model(const std::shared_ptr<const FileBytes>& file, Detection detection);

/// Opens the file first.
Result<ReadResult> read_model(const std::string& path);

}  // namespace omscope
