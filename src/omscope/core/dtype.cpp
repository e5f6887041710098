#include "omscope/core/dtype.h"

#include <array>
#include <limits>

namespace omscope {
namespace {

// Columns: ours, name, GE's name, TensorDescriptor.dtype, ge::DataType (ACL uses the same numbers),
// ONNX, bits. Sources: Graph Engine's ge_ir.proto and types.h, onnx.proto. ONNX numbers above 16
// are newer than Debian's schema (1.12) and come from later releases of the standard.
constexpr std::array kDTypes = {
    DTypeInfo{DType::kUndefined, "undefined", "DT_UNDEFINED", 0, 28, 0, 0},
    DTypeInfo{DType::kFloat32, "float32", "DT_FLOAT", 1, 0, 1, 32},
    DTypeInfo{DType::kFloat16, "float16", "DT_FLOAT16", 2, 1, 10, 16},
    DTypeInfo{DType::kInt8, "int8", "DT_INT8", 3, 2, 3, 8},
    DTypeInfo{DType::kInt32, "int32", "DT_INT32", 7, 3, 6, 32},
    DTypeInfo{DType::kUInt8, "uint8", "DT_UINT8", 4, 4, 2, 8},
    DTypeInfo{DType::kInt16, "int16", "DT_INT16", 5, 6, 5, 16},
    DTypeInfo{DType::kUInt16, "uint16", "DT_UINT16", 6, 7, 4, 16},
    DTypeInfo{DType::kUInt32, "uint32", "DT_UINT32", 9, 8, 12, 32},
    DTypeInfo{DType::kInt64, "int64", "DT_INT64", 8, 9, 7, 64},
    DTypeInfo{DType::kUInt64, "uint64", "DT_UINT64", 10, 10, 13, 64},
    DTypeInfo{DType::kFloat64, "float64", "DT_DOUBLE", 12, 11, 11, 64},
    DTypeInfo{DType::kBool, "bool", "DT_BOOL", 11, 12, 9, 8},
    DTypeInfo{DType::kString, "string", "DT_STRING", 13, 13, 8, 0},
    DTypeInfo{DType::kDualSubInt8, "dual_sub_int8", "DT_DUAL_SUB_INT8", 14, 14, -1, 8},
    DTypeInfo{DType::kDualSubUInt8, "dual_sub_uint8", "DT_DUAL_SUB_UINT8", 15, 15, -1, 8},
    DTypeInfo{DType::kComplex64, "complex64", "DT_COMPLEX64", 16, 16, 14, 64},
    DTypeInfo{DType::kComplex128, "complex128", "DT_COMPLEX128", 17, 17, 15, 128},
    DTypeInfo{DType::kQInt8, "qint8", "DT_QINT8", 18, 18, -1, 8},
    DTypeInfo{DType::kQInt16, "qint16", "DT_QINT16", 19, 19, -1, 16},
    DTypeInfo{DType::kQInt32, "qint32", "DT_QINT32", 20, 20, -1, 32},
    DTypeInfo{DType::kQUInt8, "quint8", "DT_QUINT8", 21, 21, -1, 8},
    DTypeInfo{DType::kQUInt16, "quint16", "DT_QUINT16", 22, 22, -1, 16},
    DTypeInfo{DType::kResource, "resource", "DT_RESOURCE", 23, 23, -1, 64},
    DTypeInfo{DType::kStringRef, "string_ref", "DT_STRING_REF", 24, 24, -1, 0},
    DTypeInfo{DType::kDual, "dual", "DT_DUAL", 25, 25, -1, 40},
    DTypeInfo{DType::kVariant, "variant", "DT_VARIANT", 26, 26, -1, 64},
    DTypeInfo{DType::kBFloat16, "bfloat16", "DT_BF16", 27, 27, 16, 16},
    DTypeInfo{DType::kInt4, "int4", "DT_INT4", 28, 29, 22, 4},
    DTypeInfo{DType::kUInt4, "uint4", "DT_UINT4", -1, -1, 21, 4},
    DTypeInfo{DType::kUInt1, "uint1", "DT_UINT1", 29, 30, -1, 1},
    DTypeInfo{DType::kInt2, "int2", "DT_INT2", 30, 31, 26, 2},
    DTypeInfo{DType::kUInt2, "uint2", "DT_UINT2", 31, 32, 25, 2},
    DTypeInfo{DType::kComplex32, "complex32", "DT_COMPLEX32", 32, 33, -1, 32},
    DTypeInfo{DType::kHiFloat8, "hifloat8", "DT_HIFLOAT8", 33, 34, -1, 8},
    DTypeInfo{DType::kFloat8E5M2, "float8_e5m2", "DT_FLOAT8_E5M2", 34, 35, 19, 8},
    DTypeInfo{DType::kFloat8E4M3FN, "float8_e4m3fn", "DT_FLOAT8_E4M3FN", 35, 36, 17, 8},
    DTypeInfo{DType::kFloat8E5M2FNUZ, "float8_e5m2fnuz", "DT_FLOAT8_E5M2FNUZ", -1, -1, 20, 8},
    DTypeInfo{DType::kFloat8E4M3FNUZ, "float8_e4m3fnuz", "DT_FLOAT8_E4M3FNUZ", -1, -1, 18, 8},
    DTypeInfo{DType::kFloat8E8M0, "float8_e8m0", "DT_FLOAT8_E8M0", 36, 37, 24, 8},
    DTypeInfo{DType::kFloat6E3M2, "float6_e3m2", "DT_FLOAT6_E3M2", 37, 38, -1, 6},
    DTypeInfo{DType::kFloat6E2M3, "float6_e2m3", "DT_FLOAT6_E2M3", 38, 39, -1, 6},
    DTypeInfo{DType::kFloat4E2M1, "float4_e2m1", "DT_FLOAT4_E2M1", 39, 40, 23, 4},
    DTypeInfo{DType::kFloat4E1M2, "float4_e1m2", "DT_FLOAT4_E1M2", 40, 41, -1, 4},
    DTypeInfo{DType::kHiFloat4, "hifloat4", "DT_HIFLOAT4", 41, 42, -1, 4},
    DTypeInfo{DType::kHiFloat4Scale, "hifloat4_scale", "DT_HIFLOAT4_SCALE", -1, -1, -1, 8},
};

constexpr bool rows_in_order() {
  for (size_t i = 0; i < kDTypes.size(); ++i) {
    if (static_cast<size_t>(kDTypes[i].dtype) != i) return false;
  }
  return kDTypes.size() == static_cast<size_t>(DType::kHiFloat4Scale) + 1;
}
static_assert(rows_in_order(), "one row per dtype, in the order of the enum");

constexpr int kMostNumbers = 64;
using Numbering = std::array<DType, kMostNumbers>;

constexpr Numbering numbering(int DTypeInfo::*column) {
  Numbering table{};
  for (const DTypeInfo& row : kDTypes) {
    if (row.*column >= 0) table.at(static_cast<size_t>(row.*column)) = row.dtype;
  }
  return table;
}

constexpr Numbering kGeProto = numbering(&DTypeInfo::ge_proto);
constexpr Numbering kGeEnum = numbering(&DTypeInfo::ge_enum);
constexpr Numbering kOnnx = numbering(&DTypeInfo::onnx);

DType look_up(const Numbering& table, int64_t number) {
  if (number < 0 || number >= kMostNumbers) return DType::kUndefined;
  return table[static_cast<size_t>(number)];
}

}  // namespace

const DTypeInfo& dtype_info(DType dtype) {
  return kDTypes.at(static_cast<size_t>(dtype));
}

DType dtype_from_ge_proto(int64_t number) {
  return look_up(kGeProto, number);
}
DType dtype_from_ge_enum(int64_t number) {
  return look_up(kGeEnum, number);
}
DType dtype_from_onnx(int64_t number) {
  return look_up(kOnnx, number);
}

DType dtype_from_ge_name(std::string_view name) {
  if (name == "DT_BFLOAT16") return DType::kBFloat16;
  if (name == "DT_FLOAT32") return DType::kFloat32;
  for (const DTypeInfo& row : kDTypes) {
    if (row.ge_name == name) return row.dtype;
  }
  return DType::kUndefined;
}

std::optional<uint64_t> dtype_bytes(DType dtype, uint64_t count) {
  const uint64_t bits = dtype_info(dtype).bits;
  if (bits == 0) return std::nullopt;
  if (count > (std::numeric_limits<uint64_t>::max() - 7) / bits) return std::nullopt;
  return (count * bits + 7) / 8;
}

}  // namespace omscope
