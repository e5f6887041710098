#include "omscope/formats/tensorfile/elements.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "omscope/core/scratch_room.h"

namespace omscope::tensorfile {
namespace {

struct Alias {
  std::string_view name;
  DType dtype;
};
constexpr std::array kAliases = {
    Alias{"half", DType::kFloat16},     Alias{"float", DType::kFloat32},
    Alias{"double", DType::kFloat64},   Alias{"fp16", DType::kFloat16},
    Alias{"fp32", DType::kFloat32},     Alias{"fp64", DType::kFloat64},
    Alias{"bf16", DType::kBFloat16},    Alias{"short", DType::kInt16},
    Alias{"int", DType::kInt32},        Alias{"long", DType::kInt64},
    Alias{"byte", DType::kUInt8},       Alias{"char", DType::kInt8},
    Alias{"cfloat", DType::kComplex64}, Alias{"cdouble", DType::kComplex128},
    Alias{"chalf", DType::kComplex32},  Alias{"float8_e8m0fnu", DType::kFloat8E8M0},
    Alias{"bool_", DType::kBool},
};

}  // namespace

std::optional<uint64_t> product_bytes(ir::List<int64_t> shape, uint64_t element_bytes) {
  const auto count = ir::element_count(shape);
  if (!count) return std::nullopt;
  uint64_t bytes = 0;
  if (__builtin_mul_overflow(*count, element_bytes, &bytes)) return std::nullopt;
  return bytes;
}

DType dtype_from_name(std::string_view name) {
  const size_t dot = name.rfind('.');
  std::string lower(dot == std::string_view::npos ? name : name.substr(dot + 1));
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  for (size_t i = 1; i <= static_cast<size_t>(DType::kHiFloat4Scale); ++i) {
    const auto dtype = static_cast<DType>(i);
    if (to_string(dtype) == lower) return dtype;
  }
  for (const Alias& alias : kAliases) {
    if (alias.name == lower) return alias.dtype;
  }
  return DType::kUndefined;
}

void check_complete(ir::TensorFile& out, ir::StoredTensor& tensor) {
  if (tensor.bytes.size() >= tensor.size) return;
  tensor.payload = ir::Payload::kCut;
  out.problems.add({Severity::kError, Code::kTruncated, tensor.file, tensor.offset, tensor.name,
                    fmt::format("its shape needs {} bytes, {} are there; the file is cut, get it "
                                "again",
                                tensor.size, tensor.bytes.size())});
}

Result<std::span<std::byte>> own_room(ir::TensorFile& out, uint64_t size) {
  auto room = make_scratch_room(size);
  if (!room) return room.error();
  out.owners.push_back(std::move(room->owner));
  return room->bytes;
}

Result<ByteView> own_swapped(ir::TensorFile& out, ByteView bytes, uint64_t width) {
  const auto room = own_room(out, bytes.size());
  if (!room) return room.error();
  const std::span<std::byte> turned = *room;
  std::copy(bytes.begin(), bytes.end(), turned.begin());
  for (uint64_t at = 0; at + width <= turned.size(); at += width) {
    const auto element = turned.subspan(at, width);
    std::reverse(element.begin(), element.end());
  }
  return ByteView(turned);
}

}  // namespace omscope::tensorfile
