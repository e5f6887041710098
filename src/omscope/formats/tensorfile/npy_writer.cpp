#include "omscope/formats/tensorfile/npy_writer.h"

#include <array>

#include <fmt/format.h>

namespace omscope::tensorfile {
namespace {

struct Row {
  DType dtype;
  std::string_view descr;
};

constexpr std::array kSame = {
    Row{DType::kFloat16, "<f2"},   Row{DType::kFloat32, "<f4"},    Row{DType::kFloat64, "<f8"},
    Row{DType::kInt8, "|i1"},      Row{DType::kInt16, "<i2"},      Row{DType::kInt32, "<i4"},
    Row{DType::kInt64, "<i8"},     Row{DType::kUInt8, "|u1"},      Row{DType::kUInt16, "<u2"},
    Row{DType::kUInt32, "<u4"},    Row{DType::kUInt64, "<u8"},     Row{DType::kBool, "|b1"},
    Row{DType::kComplex64, "<c8"}, Row{DType::kComplex128, "<c16"}};

/// Codes that have a sign must keep it.
constexpr std::array kSignedCodes = {Row{DType::kQInt8, "|i1"}, Row{DType::kQInt16, "<i2"},
                                     Row{DType::kQInt32, "<i4"}};

}  // namespace

NpyDType npy_dtype(DType dtype) {
  for (const Row& row : kSame) {
    if (row.dtype == dtype) return {row.descr};
  }
  for (const Row& row : kSignedCodes) {
    if (row.dtype == dtype) return {row.descr, false};
  }
  switch (dtype_info(dtype).bits) {
    case 16: return {"<u2", false};
    case 32: return {"<u4", false};
    case 64: return {"<u8", false};
    case 8: return {"|u1", false};
    default: return {"|u1", false, true};
  }
}

std::string npy_header(std::string_view descr, ir::List<int64_t> shape, bool fortran_order) {
  // A one-element tuple needs its comma.
  const std::string dims =
      fmt::format("{}{}", fmt::join(shape, ", "), shape.size() == 1 ? "," : "");
  std::string header = fmt::format("{{'descr': '{}', 'fortran_order': {}, 'shape': ({}), }}", descr,
                                   fortran_order ? "True" : "False", dims);
  constexpr size_t kAlign = 64;
  constexpr size_t kMostShort = 0xFFFF;
  const bool wide = header.size() + kAlign > kMostShort;
  const size_t length_bytes = wide ? 4 : 2;
  const size_t prefix = 8 + length_bytes;
  header.append(kAlign - 1 - (prefix + header.size()) % kAlign, ' ');
  header += '\n';
  std::string out("\x93NUMPY", 6);
  out += wide ? '\x02' : '\x01';
  out += '\0';
  for (size_t i = 0; i < length_bytes; ++i) {
    out += static_cast<char>((header.size() >> (8 * i)) & 0xFFU);
  }
  return out + header;
}

}  // namespace omscope::tensorfile
