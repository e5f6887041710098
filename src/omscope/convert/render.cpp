#include "omscope/convert/render.h"

#include <algorithm>
#include <cstring>

#include <fmt/format.h>

#include "omscope/core/text.h"
#include "omscope/tensor/decode.h"
#include "omscope/tensor/layout_shape.h"

namespace omscope::convert {
namespace {

Problem refuse(const ir::StoredTensor& tensor, Code code, std::string why) {
  return {Severity::kError, code, "", std::nullopt, tensor.name, std::move(why)};
}

uint64_t needed_bytes(const ir::StoredTensor& tensor) {
  const auto elements = tensor.has_shape ? ir::element_count(tensor.shape) : std::nullopt;
  const auto bytes = elements ? dtype_bytes(tensor.dtype, *elements) : std::nullopt;
  return std::max(bytes.value_or(0), tensor.size);
}

Problem missing(const ir::StoredTensor& tensor) {
  switch (tensor.payload) {
    case ir::Payload::kCut:
      if (needed_bytes(tensor) == 0) {
        return refuse(tensor, Code::kTruncated,
                      "the header is cut where it describes it; copy the file again");
      }
      return refuse(tensor, Code::kTruncated,
                    fmt::format("{} of its {} bytes are in the file; dump it again, or copy the "
                                "file again",
                                tensor.bytes.size(), needed_bytes(tensor)));
    case ir::Payload::kNotWritten:
      return refuse(tensor, Code::kBadValue,
                    "the producer did not write its bytes; only another run can give them");
    case ir::Payload::kElsewhere:
      return refuse(tensor, Code::kBadValue,
                    fmt::format("its values are not at hand ({}); inspect shows what is",
                                tensor.note.empty() ? "only its description is" : tensor.note));
    case ir::Payload::kComplete: break;
  }
  return refuse(tensor, Code::kTruncated, "its bytes are not at hand");
}

/// A vector among images: no fault of the file, and nothing that another option would change.
bool has_other_axes(const ir::StoredTensor& tensor, const std::string& wanted) {
  const tensor::LayoutRule* rule = tensor::find_layout(layout_from_text(wanted).base);
  if (rule == nullptr || rule->scheme != tensor::Scheme::kPlain) return false;
  const auto own = tensor::plan_conversion(tensor::stored_shape(tensor), layout_from_text("ND"));
  return own && own->logical.dims.size() != rule->axes.size();
}

unsigned bits_of(DType dtype) {
  return dtype_info(dtype).bits;
}

}  // namespace

uint64_t Rendered::bytes_of(uint64_t count) const {
  return (count * std::max(bits_of(dtype), dtype == DType::kUndefined ? 8U : 0U) + 7) / 8;
}

uint64_t Rendered::size() const {
  return bytes_of(count_);
}

std::optional<ByteView> Rendered::plain() const {
  const bool same_order = !transpose_ && (!conversion_ || conversion_->is_plain_copy());
  if (!same_order || dtype != stored_ || size() > source_.size()) return std::nullopt;
  return source_.first(size());
}

uint64_t Rendered::block() const {
  constexpr uint64_t kBytes = uint64_t{1} << 20U;
  const uint64_t widest = std::max({bits_of(dtype), bits_of(stored_), 8U});
  const uint64_t least = kBytes * 8 / widest;
  return conversion_ ? conversion_->block(least) : least / 8 * 8;
}

/// Output in C order from elements whose first dim varies fastest.
void Rendered::write_transposed(uint64_t first, uint64_t count, std::span<std::byte> out) const {
  const uint64_t width = bits_of(stored_) / 8;
  const size_t rank = shape.size();
  std::vector<uint64_t> index(rank);
  std::vector<uint64_t> stride(rank, 1);
  for (size_t dim = 1; dim < rank; ++dim) {
    stride[dim] = stride[dim - 1] * static_cast<uint64_t>(shape[dim - 1]);
  }
  uint64_t rest = first;
  uint64_t from = 0;
  for (size_t dim = rank; dim-- > 0;) {
    index[dim] = rest % static_cast<uint64_t>(shape[dim]);
    rest /= static_cast<uint64_t>(shape[dim]);
    from += index[dim] * stride[dim];
  }
  for (uint64_t i = 0; i < count; ++i) {
    std::memcpy(out.data() + i * width, source_.data() + from * width, width);
    for (size_t dim = rank; dim-- > 0;) {
      from += stride[dim];
      if (++index[dim] < static_cast<uint64_t>(shape[dim])) break;
      from -= stride[dim] * index[dim];
      index[dim] = 0;
    }
  }
}

bool Rendered::write_stored(uint64_t first, uint64_t count, std::span<std::byte> out) const {
  if (conversion_) return conversion_->write(source_, first, count, out);
  if (transpose_) {
    write_transposed(first, count, out);
    return true;
  }
  const uint64_t bits = stored_ == DType::kUndefined ? 8 : bits_of(stored_);
  const uint64_t begin = first * bits / 8;
  const uint64_t size = (count * bits + 7) / 8;
  if (begin > source_.size() || size > source_.size() - begin || size > out.size()) return false;
  std::memcpy(out.data(), source_.data() + begin, size);
  return true;
}

bool Rendered::write(uint64_t first, uint64_t count, std::span<std::byte> out,
                     tensor::EncodeLoss& loss) const {
  if (dtype == stored_) return write_stored(first, count, out);
  const uint64_t size = (count * bits_of(stored_) + 7) / 8;
  std::vector<std::byte> room;
  ByteView part;
  if (!conversion_ && !transpose_) {
    const uint64_t begin = first * bits_of(stored_) / 8;
    if (begin > source_.size() || size > source_.size() - begin) return false;
    part = source_.subspan(begin, size);
  } else {
    room.resize(size);
    if (!write_stored(first, count, room)) return false;
    part = room;
  }
  const uint64_t there = tensor::packed_count(stored_, part);
  if (there == count) {
    loss.add(tensor::convert_elements(stored_, part, dtype, out.first(bytes_of(count))));
    return true;
  }
  // The last byte holds more elements than are left.
  const auto all = dtype_bytes(dtype, there);
  if (!all) return false;
  std::vector<std::byte> more(*all);
  loss.add(tensor::convert_elements(stored_, part, dtype, more));
  std::memcpy(out.data(), more.data(), bytes_of(count));
  return true;
}

void Rendered::take_bytes(const ir::StoredTensor& tensor) {
  shape = {static_cast<int64_t>(tensor.bytes.size())};
  count_ = tensor.bytes.size();
  notes.emplace_back(tensor.dtype == DType::kUndefined
                         ? "its type is not known; its bytes are written"
                         : "its type has no fixed size or its shape does not fit; its bytes are "
                           "written");
}

bool Rendered::take_stated_size(const ir::StoredTensor& tensor, const RenderOptions& options) {
  const bool is_stated = tensor.payload == ir::Payload::kCut && !tensor.bytes.empty() &&
                         tensor.bytes.size() == tensor.size;
  const bool as_stored = options.layout.empty() && !options.origin_shape;
  if (!is_stated || !as_stored || bits_of(tensor.dtype) < 8) return false;
  stored_ = dtype = tensor.dtype;
  count_ = tensor::packed_count(tensor.dtype, tensor.bytes);
  shape = {static_cast<int64_t>(count_)};
  notes.push_back(
      fmt::format("its shape needs {} bytes, {} are there; its first elements are written "
                  "as one dim",
                  needed_bytes(tensor), tensor.size));
  return true;
}

std::optional<Problem> Rendered::change_layout(const ir::StoredTensor& tensor,
                                               const std::string& wanted) {
  if (fortran_order) {
    return refuse(tensor, Code::kBadValue,
                  "is in Fortran order; write it as bin first, then change its layout");
  }
  if (!tensor.format.known()) {
    return refuse(tensor, Code::kBadValue,
                  "its file does not state its layout; state it with --from-layout, for instance "
                  "--from-layout NCHW");
  }
  auto conversion = tensor::plan_conversion(tensor::stored_shape(tensor), layout_from_text(wanted));
  if (!conversion) {
    const Problem& why = conversion.error();
    return refuse(tensor, why.code, (why.where.empty() ? "" : why.where + ": ") + why.message);
  }
  if (conversion->source_bytes() > tensor.bytes.size()) {
    return refuse(tensor, Code::kTruncated,
                  fmt::format("its layout needs {} bytes, {} are there", conversion->source_bytes(),
                              tensor.bytes.size()));
  }
  shape = conversion->shape;
  layout = conversion->layout;
  count_ = conversion->count();
  notes.insert(notes.end(), conversion->notes.begin(), conversion->notes.end());
  conversion_ = std::move(*conversion);
  return std::nullopt;
}

Result<Rendered> render(const ir::StoredTensor& stored, const RenderOptions& options) {
  // ND names no axes.
  const bool states_layout = stored.format.known() && stored.format.base != "ND";
  if (!options.from_layout.empty() && !states_layout) {
    ir::StoredTensor tensor = stored;
    tensor.format = layout_from_text(options.from_layout);
    RenderOptions rest = options;
    rest.from_layout.clear();
    return render(tensor, rest);
  }
  const ir::StoredTensor& tensor = stored;
  Rendered out;
  out.source_ = tensor.bytes;
  out.layout = tensor.format;
  const bool stated = out.take_stated_size(tensor, options);
  if (!stated && tensor.payload != ir::Payload::kComplete) return missing(tensor);
  if (!ir::is_as_stored(tensor)) {
    return refuse(tensor, Code::kBadArchive,
                  "the CRC-32 in the archive does not fit its bytes; get the file again");
  }
  const auto elements = stated ? std::optional(out.count_)
                        : tensor.has_shape && bits_of(tensor.dtype) > 0
                            ? ir::element_count(tensor.shape)
                            : std::nullopt;
  const auto bytes = elements ? dtype_bytes(tensor.dtype, *elements) : std::nullopt;
  if (!bytes || *bytes > tensor.bytes.size()) {
    if (!options.layout.empty() || options.dtype) {
      return refuse(tensor, Code::kBadValue,
                    "has no known type and shape; leave out --layout and --dtype to get its bytes");
    }
    out.take_bytes(tensor);
    return out;
  }
  out.dtype = out.stored_ = tensor.dtype;
  if (!stated) out.shape = tensor.shape;
  out.count_ = *elements;
  out.fortran_order = tensor.fortran_order && out.shape.size() > 1;
  if (!options.layout.empty() || (options.origin_shape && tensor.has_origin_shape)) {
    auto failed = out.change_layout(tensor, options.layout.empty() ? "ND" : options.layout);
    if (failed && options.layout_if_fits && has_other_axes(tensor, options.layout)) {
      failed = out.change_layout(tensor, "ND");
      out.has_other_axes = true;
      out.notes.push_back(
          fmt::format("has other axes than {}; it is written in its own order, without padding",
                      options.layout));
    }
    if (failed) return std::move(*failed);
  } else if (options.origin_shape && tensor::is_device_layout(tensor.format)) {
    return refuse(tensor, Code::kBadValue,
                  "its file does not say what it is without padding; give --layout");
  }
  if (out.fortran_order && options.c_order && bits_of(tensor.dtype) >= 8) {
    out.fortran_order = false;
    out.transpose_ = true;
  }
  if (options.dtype && *options.dtype != tensor.dtype) {
    if (!tensor::can_convert(tensor.dtype, *options.dtype)) {
      return refuse(tensor, Code::kBadValue,
                    fmt::format("{} cannot become {}; leave out --dtype", to_string(tensor.dtype),
                                to_string(*options.dtype)));
    }
    out.dtype = *options.dtype;
  }
  return out;
}

}  // namespace omscope::convert
