// The synthetic model in the formats that spell graphs out.
#pragma once

#include <string>

#include "ge_ir.pb.h"

namespace omscope::bench {

/// As protobuf's own printer writes it: a ge_proto dump.
std::string ge_proto_text(const ::ge::proto::ModelDef& model);

/// As a ge_onnx dump: ONNX nodes whose attributes spell descriptors out, printed by protobuf.
std::string ge_onnx_text(const ::ge::proto::ModelDef& model);

/// As atc's JSON of an offline model, by the library's own writer.
std::string atc_json(const ::ge::proto::ModelDef& model);

/// An ONNX model of `nodes` convolutions and activations with attributes and value infos, binary.
std::string synthetic_onnx(int64_t nodes);

}  // namespace omscope::bench
