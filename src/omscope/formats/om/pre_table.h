// Offline models from before partition tables (2019): the body is one domi.ModelDef.
//
//   ModelDef          1 name, 2 version, 10 memory_size, 11 stream_num, 12 event_num,
//                     13 weight_size, 20 op*, 23 target_type, 30 attr
//   OpDef             1 name, 2 type, 3 id, 4 stream_id, 5 input_name*, 8 src_name*, 9 src_index*,
//                     10 input*, 11 output*, 12 input_desc*, 13 output_desc*, 15 dst_name*,
//                     16 dst_index*, 20 workspace*, 21 workspace_bytes*, 30 attr, and one body:
//                     300 convolution, 400 pooling, 800 full connection, 1000 activation
//   TensorDescriptor  1 format, 2 data_type, 3 dim*, 4 size, 5 reuse_input, 7 output_tensor,
//                     9 input_tensor, 10 real_dim_cnt
//   WeightDef         1 format, 2 data_type, 3 shape, 4 data, 5 data_offset; in 300.40 (filter),
//                     300.41 (bias), 800.1, 800.2
//   AttrDef           1 list, 2 s, 3 i, 4 f, 5 b, 6 u, 7 bt, 10 func
//
// Formats and data types are the C++ enums (ge::Format, ge::DataType). There are no graphs, no
// Const ops and no edge strings: src_name and src_index are the edges. The schema is public
// (graph_metadef/proto/om.proto); one real file was seen.
#pragma once

#include "omscope/ir/model.h"

namespace omscope::om {

/// Reads the body into the model: one graph, weights from the bodies of its ops, tasks.
void read_pre_table(ir::Model& model, ByteView body);

}  // namespace omscope::om
