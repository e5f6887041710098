// What an input is.
#pragma once

#include <cstdint>
#include <string_view>

namespace omscope {

enum class Kind : uint8_t {
  kOm,
  kOmHiai,
  kOmSvp,
  kOmFlow,
  kOmBundle,
  kOmLite,
  kOm2,
  kOnnx,
  kGeProtoText,
  kGeOnnxText,
  kGeReadable,
  kAtcJson,
  kDump,
  kDumpV1,
  kDumpException,
  kDumpOpDebug,
  kDumpNano,
  kCore,
  kKernelData,
  kAtb,
  kStatsCsv,
  kStatsRaw,
  kNpy,
  kNpz,
  kTensorPb,
  kPt,
  kMsprobeJson,
  kDumpFolder,
  kBaseline,
  kLog,
  kAclJson,
  kAippConfig,
  kKernelJson,
  kKernelElf,
  kFusionResult,
  kUnknown,
};

/// The name in JSON output, "om-hiai".
std::string_view to_string(Kind kind);

/// What a person calls it, "Ascend offline model".
std::string_view describe(Kind kind);

}  // namespace omscope
