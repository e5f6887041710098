#include "omscope/formats/dump/fit_shape.h"

#include <algorithm>
#include <limits>

#include <fmt/format.h>

#include "omscope/formats/dump/numbers.h"

namespace omscope::dump {
namespace {

using Dims = std::span<const uint64_t>;

std::optional<uint64_t> product(Dims dims) {
  if (std::find(dims.begin(), dims.end(), 0U) != dims.end()) return 0;
  uint64_t count = 1;
  for (const uint64_t dim : dims) {
    if (count > std::numeric_limits<uint64_t>::max() / dim) return std::nullopt;
    count *= dim;
  }
  return count;
}

void take(ir::StoredTensor& tensor, Dims dims) {
  tensor.has_shape = true;
  tensor.shape.assign(dims.begin(), dims.end());
}

bool has_top_bit(Dims dims) {
  return std::any_of(dims.begin(), dims.end(), [](uint64_t dim) { return dim >> 63U != 0; });
}

/// The dims of one step where they stand once per step and the size fits one of them; else empty.
Dims one_of_repeated(const ir::StoredTensor& tensor, Dims dims) {
  for (size_t times = 2; times <= dims.size(); ++times) {
    if (dims.size() % times != 0) continue;
    const Dims first = dims.first(dims.size() / times);
    bool repeated = true;
    for (size_t i = first.size(); i < dims.size(); ++i) {
      repeated = repeated && dims[i] == dims[i - first.size()];
    }
    if (!repeated) continue;
    const auto count = product(first);
    if (count && dtype_bytes(tensor.dtype, *count) == tensor.size) return first;
  }
  return {};
}

void without_dims(ir::StoredTensor& tensor, Problems& problems, std::optional<uint64_t> at) {
  const uint64_t bits = dtype_info(tensor.dtype).bits;
  if (bits == 0 || tensor.size == 0) return;
  if (dtype_bytes(tensor.dtype, 1) == tensor.size) {
    take(tensor, {});
    return;
  }
  if (tensor.size > std::numeric_limits<uint64_t>::max() / 8) return;
  const uint64_t count = tensor.size * 8 / bits;
  take(tensor, {&count, 1});
  problems.warning(Code::kBadLength, at, tensor.name,
                   fmt::format("has no dims, but {} bytes; taken as one dim of {} elements",
                               tensor.size, count));
}

void with_other_size(ir::StoredTensor& tensor, Dims dims, uint64_t needed, Problems& problems,
                     std::optional<uint64_t> at) {
  if (tensor.size > needed) {
    problems.warning(Code::kBadLength, at, tensor.name,
                     fmt::format("{} bytes for a shape of {}; the last {} are padding", tensor.size,
                                 needed, tensor.size - needed));
    return;
  }
  if (const Dims first = one_of_repeated(tensor, dims); !first.empty()) {
    take(tensor, first);
    add_note(tensor, fmt::format("the header repeats the dims: {}", dims_text(dims)));
    problems.warning(Code::kBadValue, at, tensor.name,
                     fmt::format("dims {} repeat {} once per step; one of them is the shape",
                                 dims_text(dims), dims_text(first)));
    return;
  }
  tensor.payload = tensor.size == 0 ? ir::Payload::kNotWritten : ir::Payload::kCut;
  problems.warning(
      Code::kBadLength, at, tensor.name,
      fmt::format("{} bytes, but its shape needs {}; only the first elements are there",
                  tensor.size, needed));
}

void refuse(ir::StoredTensor& tensor, Dims dims, std::string_view why, Problems& problems,
            std::optional<uint64_t> at) {
  add_note(tensor, fmt::format("dims in the header: {}", dims_text(dims)));
  problems.error(
      Code::kBadValue, at, tensor.name,
      fmt::format("dims {} {}; its bytes are kept without a shape", dims_text(dims), why));
}

}  // namespace

void add_note(ir::StoredTensor& tensor, std::string_view text) {
  if (text.empty()) return;
  if (!tensor.note.empty()) tensor.note += "; ";
  tensor.note += text;
}

void fit_shape(ir::StoredTensor& tensor, Dims dims, Problems& problems,
               std::optional<uint64_t> at) {
  if (dims.size() > kMostDims) {
    problems.error(Code::kBadCount, at, tensor.name,
                   fmt::format("more than {} dims, which no tensor has; its bytes are kept without "
                               "a shape",
                               kMostDims));
    return;
  }
  if (dims.empty()) return without_dims(tensor, problems, at);
  if (has_top_bit(dims)) return refuse(tensor, dims, "are not all known", problems, at);
  const auto count = product(dims);
  const bool has_width = dtype_info(tensor.dtype).bits > 0;
  const auto needed = count ? dtype_bytes(tensor.dtype, *count) : std::nullopt;
  if (!count || (has_width && !needed)) {
    return refuse(tensor, dims, "are more than 64 bits can count", problems, at);
  }
  take(tensor, dims);
  if (needed && *needed != tensor.size) {
    with_other_size(tensor, dims, *needed, problems, at);
  }
}

void set_origin_shape(ir::StoredTensor& tensor, Dims dims) {
  if (dims.size() > kMostDims || has_top_bit(dims)) return;
  tensor.has_origin_shape = true;
  tensor.origin_shape.assign(dims.begin(), dims.end());
}

}  // namespace omscope::dump
