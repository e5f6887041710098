// SVP models ("PICO", Hi35xx cameras). Not related to the other offline models but for the suffix.
//
// Header, 32 bytes, u32 each: magic "PICO", param size again, file size, param_size, param_offset,
// tmp_bufsize, tfm_offset, tfm_size. Sections: parameters (instructions and weights, unknown) at
// param_offset; the model description from their end to tfm_offset; tfm to the end.
//
// Model description: records of u16 tag, where tag & 0x1FFF is the id and tag >> 13 the kind:
// 1 u8, 2 u16, 3 u32, 4 / 5 / 6 bytes with a u8 / u16 / u32 length (unsigned). Ids:
//   0x0006 mapper version, 0x000D model name, 0x000A batch, 0x0110 layer count,
//   0x0040 segment: 0x0050 input {0x0051 id, 0x0058 name, 0x005A dims},
//                   0x0060 output {0x0061 id, 0x0066 name, 0x0069 dims}
//   0x0111 layer (development builds): 0x0112 id, 0x0114 name, 0x0152 type,
//          0x013C "source:index,source:index", 0x0154 dims
//
// tfm is a protobuf of the mapped network, in release builds too; no public description:
//   model {1 name, 3 main graph, 4 graph*}, graph {1 name, 4 layer*, 5 tensor*},
//   layer {1 name, 2 type, 3 id, 4 input tensors, 5 output tensors, 40 sub-graph,
//          300 convolution {40 filter {3 shape, 4 int8 data}, 41 bias {4 data}}},
//   tensor {1 name, 2 id, 7 dims}
// Types of inputs and outputs cannot be told from either.
#pragma once

#include "omscope/core/byte_cursor.h"
#include "omscope/ir/model.h"

namespace omscope::om {

/// `start` is at the model's first byte. Its graph is that of the layer records, where there are
/// any, else that of tfm; constants are those of tfm.
void read_svp(ir::Model& model, const ByteCursor& start);

/// The tfm section: adds its graphs (unless `weights_only`) and constants.
void read_svp_tfm(ir::Model& model, ByteView tfm, bool weights_only);

}  // namespace omscope::om
