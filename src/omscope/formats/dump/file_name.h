// What the name of a dump file, and the folders it lies in, tell of where it comes from.
//
//   standard           OpType.OpName.task.stream.us
//   older standard     OpType.OpName.task.us
//   FFTS+              OpType.OpName.task.stream.us.4.context.thread.device
//   overflow record    Opdebug.Node_OpDebug.task.stream.us[…]
//   exception, L0      exception_info.stream.task.YYYYmmddHHMMSSmmm   (older: 16-digit us)
//   exception, L1      OpType.OpName.task.ts
//   exception, called  KERNEL.stream.task.coreType.coreId.ts
//   exception, user    NAME.custom.ts
//   core               KERNEL.stream.task.ts.core                    (last 255 characters kept)
//   statistics         a standard name and .csv
//   legacy             op.index.us.npy | .pb | .quant
//   MindSpore          STANDARD.input|output.slot.FORMAT.dtype.npy
//   msprobe            api.n.forward|backward.input|output.i.npy | .pt
//   converted          STANDARD.input|output.i[.…].npy | .bin
//
// Stream and task change places: standard names have the task first, exceptions the stream. In op
// names the writers turn space, ".", "/" and "\" into "_". Names over 255 bytes are replaced by
// digits, which mapping.csv explains.
//
// Sources: Graph Engine and adump (dump path and name rules), msaccucmp, msprobe, MindSpore.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "omscope/core/dtype.h"
#include "omscope/ir/tensor_file.h"

namespace omscope::dump {

enum class NameKind : uint8_t {
  kOther,
  kStandard,
  kOlderStandard,  ///< also older L1 exceptions: the names are the same
  kFftsPlus,
  kOverflow,
  kExceptionInfo,  ///< L0
  kException,      ///< L1
  kExceptionCallback,
  kCustom,
  kCore,
  kKernelData,
  kStatistics,
  kLegacy,
  kMindSpore,
  kMsprobe,
  kConverted,    ///< one tensor of a dump, by msaccucmp or by us
  kTensor,       ///< "input_0.pb" of a test data set
  kHashed,       ///< stands for a longer name in mapping.csv
  kMapping,      ///< mapping.csv itself
  kDescription,  ///< dump.json, construct.json, stack.json, statistic.csv
};

std::string_view to_string(NameKind kind);

struct FileName {
  NameKind kind = NameKind::kOther;
  ir::RunPlace place;
  std::string tensor;  ///< "input:0" where the name holds one tensor
  std::string format;  ///< layout, where stated
  DType dtype = DType::kUndefined;
  /// The op's name has a "_" that may stand for a space, ".", "/" or "\" of the model.
  bool op_ambiguous = false;
};

/// From the last part of a path. Never fails: unknown names are kOther.
FileName parse_file_name(std::string_view name);

/// Adds what the folders of `path` tell (its last part is not looked at): time, device, model,
/// model id and step; step and rank of msprobe. What `place` already knows stays.
void add_folders(std::string_view path, ir::RunPlace& place);

/// 16 digits are µs since the epoch (UTC), 17 a calendar time with ms, 14 one with seconds, as
/// ISO 8601 without a zone; other digits stay as they are.
std::string iso_time(std::string_view digits);

}  // namespace omscope::dump
