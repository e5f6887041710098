// ONNX models (onnx.proto), binary.
#pragma once

#include <memory>

#include "omscope/ir/model.h"

namespace omscope::onnx {

/// How sure it is that bytes are a ModelProto: there is no magic, so the fields must fit.
bool looks_like_model(ByteView bytes);

/// Whether inputs are values of ONNX, to be found among what nodes make, or (in dumps that only
/// borrow ONNX's messages) something that the caller understands.
enum class Edges : uint8_t { kResolve, kLeave };

/// Reads `message`, a ModelProto in `model`'s file or in bytes that the model owns.
void read_model(ir::Model& model, ByteView message, Edges edges = Edges::kResolve);

/// Reads a whole file.
std::unique_ptr<ir::Model> read_onnx(const std::shared_ptr<const FileBytes>& file);

}  // namespace omscope::onnx
