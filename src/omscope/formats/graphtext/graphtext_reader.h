// Graph dumps of the compiler (DUMP_GE_GRAPH) and the JSON of `atc --mode=1`.
//
//   ge_proto_<n>_<stage>.txt     ge.proto.ModelDef in protobuf text format
//   ge_onnx_<n>_<stage>.pbtxt    onnx.ModelProto in text format, the graph in attributes
//   (ge_onnx.h) atc JSON                     ge.proto.ModelDef, see json_to_wire.h
//
// ge_readable_*.txt is not read: its grammar is not known well enough.
#pragma once

#include <memory>

#include "omscope/ir/model.h"

namespace omscope::graphtext {

/// The kind of a text, by its first fields; kUnknown where it is none of these.
Kind recognise(std::string_view text);

/// Reads a file of kind kGeProtoText, kGeOnnxText, kAtcJson, or kOnnx in text format.
std::unique_ptr<ir::Model> read_graphtext(const std::shared_ptr<const FileBytes>& file, Kind kind);

/// Reads `message`, a ge.proto.ModelDef on the wire that a text spelled, into `model`, which keeps
/// it.
void read_spelled_model(ir::Model& model, std::string message);

}  // namespace omscope::graphtext
