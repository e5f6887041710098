// Sound inputs of every kind and dialect, each a few hundred bytes to a few KB.
#pragma once

#include "fuzz/targets.h"
#include "make_samples/ge_builder.h"

namespace omscope::fuzz::seeds {

/// Models of the Graph Engine that between them use every kind of attribute, sub-graphs, gears,
/// AIPP and compressed attributes.
std::vector<samples::ModelBuilder> ge_models();

Seeds ge_wire();   ///< the models as they stand in MODEL_DEF
Seeds ge_proto();  ///< as text
Seeds ge_onnx();
Seeds atc_json();

Seeds om();       ///< those below, flow models and bundles, and every partition type
Seeds om_hiai();  ///< with NPU and CPU regions
Seeds om_svp();
Seeds om_pre_table();
Seeds om2();

Seeds dumps();
Seeds onnx();
Seeds elf();
Seeds kernel_stores();

Seeds logs();  ///< plain, packed, of the screen

Seeds acl_json();
Seeds dump_names();  ///< paths, and lines of mapping.csv
Seeds explain();
Seeds kernel_texts();   ///< op, line end, description or configuration
Seeds machine_texts();  ///< npu-smi, versions, AIPP
Seeds msprobe();
Seeds npy();
Seeds npz();
Seeds pt();
Seeds tensor_pb();

/// All of the models above but bare records, and what is no model.
Seeds of_every_kind();

}  // namespace omscope::fuzz::seeds
