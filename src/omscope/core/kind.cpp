#include "omscope/core/kind.h"

#include <array>

namespace omscope {
namespace {

struct KindInfo {
  Kind kind;
  std::string_view name;
  std::string_view description;
};

constexpr std::array kKinds = {
    KindInfo{Kind::kOm, "om", "Ascend offline model"},
    KindInfo{Kind::kOmHiai, "om-hiai", "HiAI (Kirin) offline model"},
    KindInfo{Kind::kOmSvp, "om-svp", "SVP (PICO) offline model"},
    KindInfo{Kind::kOmFlow, "om-flow", "Ascend flow model"},
    KindInfo{Kind::kOmBundle, "om-bundle", "bundle of Ascend offline models"},
    KindInfo{Kind::kOmLite, "om-lite", "Ascend nano executable model"},
    KindInfo{Kind::kOm2, "om2", "Ascend om2 archive"},
    KindInfo{Kind::kOnnx, "onnx", "ONNX model"},
    KindInfo{Kind::kGeProtoText, "ge-proto-text", "Graph Engine graph dump (ge_proto text)"},
    KindInfo{Kind::kGeOnnxText, "ge-onnx-text", "Graph Engine graph dump (ge_onnx text)"},
    KindInfo{Kind::kGeReadable, "ge-readable", "Graph Engine readable graph dump"},
    KindInfo{Kind::kAtcJson, "atc-json", "offline model as JSON (atc --mode=1)"},
    KindInfo{Kind::kDump, "dump", "tensor dump"},
    KindInfo{Kind::kDumpV1, "dump-v1", "tensor dump (old)"},
    KindInfo{Kind::kDumpException, "dump-exception", "exception dump"},
    KindInfo{Kind::kDumpOpDebug, "dump-opdebug", "overflow record"},
    KindInfo{Kind::kDumpNano, "dump-nano", "nano tensor dump"},
    KindInfo{Kind::kCore, "core", "Ascend core file"},
    KindInfo{Kind::kKernelData, "kernel-data", "kernel printf / DumpTensor data"},
    KindInfo{Kind::kAtb, "atb", "ATB tensor"},
    KindInfo{Kind::kStatsCsv, "stats-csv", "dump statistics"},
    KindInfo{Kind::kStatsRaw, "stats-raw", "raw dump statistics"},
    KindInfo{Kind::kNpy, "npy", "NumPy array"},
    KindInfo{Kind::kNpz, "npz", "archive of NumPy arrays"},
    KindInfo{Kind::kTensorPb, "tensor-pb", "ONNX tensor"},
    KindInfo{Kind::kPt, "pt", "PyTorch tensors"},
    KindInfo{Kind::kMsprobeJson, "msprobe-json", "msprobe dump"},
    KindInfo{Kind::kDumpFolder, "dump-folder", "folder of dumps"},
    KindInfo{Kind::kBaseline, "baseline", "omscope baseline"},
    KindInfo{Kind::kLog, "log", "log"},
    KindInfo{Kind::kAclJson, "acl-json", "acl.json configuration"},
    KindInfo{Kind::kAippConfig, "aipp-config", "AIPP configuration"},
    KindInfo{Kind::kKernelJson, "kernel-json", "kernel description"},
    KindInfo{Kind::kKernelElf, "kernel-elf", "AI Core kernel"},
    KindInfo{Kind::kFusionResult, "fusion-result", "fusion_result.json"},
    KindInfo{Kind::kUnknown, "unknown", "unknown"},
};

constexpr bool rows_in_order() {
  for (size_t i = 0; i < kKinds.size(); ++i) {
    if (static_cast<size_t>(kKinds[i].kind) != i) return false;
  }
  return kKinds.size() == static_cast<size_t>(Kind::kUnknown) + 1;
}
static_assert(rows_in_order(), "one row per kind, in the order of the enum");

}  // namespace

std::string_view to_string(Kind kind) {
  return kKinds.at(static_cast<size_t>(kind)).name;
}
std::string_view describe(Kind kind) {
  return kKinds.at(static_cast<size_t>(kind)).description;
}

}  // namespace omscope
