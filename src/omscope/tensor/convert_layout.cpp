#include "omscope/tensor/convert_layout.h"

#include <algorithm>

#include <fmt/format.h>
#include <tbb/blocked_range.h>
#include <tbb/parallel_for.h>

#include "omscope/tensor/layout_source.h"

namespace omscope::tensor {
namespace {

Result<const LayoutRule*> known_rule(const Layout& layout, const char* where) {
  if (const LayoutRule* rule = find_layout(layout.base)) return rule;
  return layout_problem(
      Code::kBadValue, where,
      layout.known()
          ? fmt::format("{} cannot be converted; known are {}", layout.base, known_layouts())
          : fmt::format("is not stated; state one of {}", known_layouts()));
}

Result<Done> check_bytes(const StoredShape& from, const Placement& source,
                         const Placement& target) {
  const auto needed = dtype_bytes(from.dtype, static_cast<uint64_t>(source.count));
  if (dtype_info(from.dtype).bits == 0 || !needed ||
      !dtype_bytes(from.dtype, static_cast<uint64_t>(target.count))) {
    return layout_problem(
        Code::kBadValue, "dtype",
        fmt::format("elements of {} have no fixed size; state the dtype", to_string(from.dtype)));
  }
  if (from.bytes && *from.bytes < *needed) {
    return layout_problem(Code::kTruncated, "payload",
                          fmt::format("the shape needs {} bytes, there are {}; the file is cut, or "
                                      "its shape is another",
                                      *needed, *from.bytes));
  }
  return Done{};
}

/// What a target that follows other groups than its source cannot be made of.
Result<Done> check_groups(const Axes& axes, const Placement& source, const Placement& target) {
  if (!source.groups.grouped()) return Done{};
  if (target.groups.grouped() && target.groups.count != source.groups.count) {
    return layout_problem(Code::kBadValue, "groups",
                          fmt::format("a weight of {} groups cannot be one of {}",
                                      source.groups.count, target.groups.count));
  }
  const bool cut = std::any_of(target.digits.begin(), target.digits.end(), [&](const Digit& digit) {
    return digit.axis == axes.find('N') && digit.step != 1;
  });
  if (!cut) return Done{};
  return layout_problem(Code::kBadValue, "format",
                        "a grouped weight cannot go straight into a layout that cuts N into "
                        "blocks; go by way of NCHW");
}

void note_names(const LayoutRule& rule, const Axes& axes, std::vector<std::string>& notes) {
  if (rule.scheme == Scheme::kPlain && axes.letters.empty()) {
    notes.push_back(
        fmt::format("the axes have no names; they are taken in the order of {}", rule.name));
  }
}

}  // namespace

StoredShape stored_shape(const ir::StoredTensor& tensor) {
  return {tensor.format,           tensor.shape, tensor.origin_format, tensor.origin_shape,
          tensor.has_origin_shape, tensor.dtype, tensor.bytes.size()};
}

Result<Conversion> plan_conversion(const StoredShape& from, const Layout& wanted) {
  auto from_rule = known_rule(from.layout, "format");
  if (!from_rule) return from_rule.error();
  auto rule = known_rule(wanted, "wanted format");
  if (!rule) return rule.error();
  auto source = read_source(**from_rule, from);
  if (!source) return source.error();

  const int64_t groups = wanted.groups != 0 ? wanted.groups
                         : source->placement.groups.grouped() || is_plain(**from_rule)
                             ? from.layout.groups
                             : 1;
  const int64_t c0 = choose_c0(**rule, wanted, from.dtype, {});
  auto target = place(**rule, source->axes, c0, groups);
  if (!target) return target.error();
  auto enough = check_bytes(from, source->placement, *target);
  if (!enough) return enough.error();
  auto groups_fit = check_groups(source->axes, source->placement, *target);
  if (!groups_fit) return groups_fit.error();

  Conversion conversion;
  conversion.layout.base = (*rule)->name;
  if (target->groups.grouped()) conversion.layout.groups = static_cast<uint16_t>(groups);
  if (!is_plain(**rule)) conversion.layout.c0 = static_cast<uint16_t>(c0);
  conversion.shape = target->shape;
  conversion.logical = source->axes;
  conversion.notes = std::move(source->notes);
  note_names(**rule, source->axes, conversion.notes);

  auto fused = fuse_axes(source->axes, source->placement, *target);
  if (!fused) return fused.error();
  const unsigned bits = dtype_info(from.dtype).bits;
  conversion.bits_ = bits;
  conversion.source_bytes_ =
      *dtype_bytes(from.dtype, static_cast<uint64_t>(source->placement.count));
  conversion.copy_ =
      LayoutCopy(source->axes, source->placement, *target, bits, from.dtype == DType::kUInt1);
  return conversion;
}

Result<Conversion> plan_permutation(DType dtype, std::span<const int64_t> shape,
                                    std::span<const size_t> order) {
  const unsigned bits = dtype_info(dtype).bits;
  if (bits < 8 || shape.size() != order.size()) {
    return layout_problem(Code::kBadValue, "dtype",
                          fmt::format("axes of {} cannot be exchanged", to_string(dtype)));
  }
  const LayoutRule& rule = *find_layout("ND");
  Axes axes;
  for (const size_t dim : order) axes.dims.push_back(shape[dim]);
  auto target = place(rule, axes, 1, 1);
  if (!target) return target.error();
  // In the source, the axis of the output that holds its first dim comes first.
  Placement source = *target;
  source.shape.assign(shape.begin(), shape.end());
  source.digits.clear();
  for (size_t dim = 0; dim < shape.size(); ++dim) {
    const auto axis = std::find(order.begin(), order.end(), dim) - order.begin();
    if (shape[dim] != 1) source.digits.push_back({static_cast<int>(axis), 1, shape[dim], 0});
  }
  int64_t stride = 1;
  for (auto digit = source.digits.rbegin(); digit != source.digits.rend(); ++digit) {
    digit->stride = stride;
    stride *= digit->size;
  }
  Conversion conversion;
  conversion.shape = target->shape;
  conversion.logical = axes;
  auto fused = fuse_axes(axes, source, *target);
  if (!fused) return fused.error();
  conversion.bits_ = bits;
  const auto bytes = dtype_bytes(dtype, static_cast<uint64_t>(target->count));
  if (!bytes) return layout_problem(Code::kTooLarge, "shape", "is too large");
  conversion.source_bytes_ = *bytes;
  conversion.copy_ = LayoutCopy(axes, source, *target, bits, false);
  return conversion;
}

uint64_t Conversion::block(uint64_t least) const {
  const uint64_t grain = copy_.grain();
  return std::max<uint64_t>((least + grain - 1) / grain, 1) * grain;
}

bool Conversion::write(ByteView source, uint64_t first, uint64_t count,
                       std::span<std::byte> out) const {
  if (first > copy_.count() || count > copy_.count() - first) return false;
  if (source.size() < source_bytes_ || out.size() < bytes_of(count)) return false;
  copy_.write(source.data(), first, count, out.data());
  return true;
}

bool Conversion::write_all(ByteView source, std::span<std::byte> out) const {
  if (source.size() < source_bytes_ || out.size() < output_bytes()) return false;
  constexpr uint64_t kBytes = uint64_t{1} << 20;
  const uint64_t block = this->block(kBytes * 8 / bits_);
  const uint64_t blocks = count() / block + (count() % block != 0 ? 1 : 0);
  tbb::parallel_for(uint64_t{0}, blocks, [&](uint64_t i) {
    const uint64_t first = i * block;
    copy_.write(source.data(), first, std::min(block, count() - first),
                out.data() + bytes_of(first));
  });
  return true;
}

}  // namespace omscope::tensor
