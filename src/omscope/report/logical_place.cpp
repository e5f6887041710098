#include "omscope/report/logical_place.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <span>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "omscope/core/text.h"
#include "omscope/report/tensor_census.h"
#include "omscope/tensor/convert_layout.h"
#include "omscope/tensor/decode.h"

namespace omscope::report {
namespace {

/// Runs of wrong elements in the order of `dims`, the last of which varies fastest.
class Scan {
 public:
  explicit Scan(std::vector<int64_t> dims) : dims_(std::move(dims)) {
    ranges_.assign(dims_.size(), {std::numeric_limits<int64_t>::max(), -1});
  }

  void add(uint64_t first, uint64_t last) {
    if (!first_) first_ = first;
    count_ += last - first + 1;
    uint64_t stride = 1;
    for (size_t dim = dims_.size(); dim-- > 0;) {
      const auto size = static_cast<uint64_t>(dims_[dim]);
      const uint64_t begin = first / stride;
      const uint64_t end = last / stride;
      // A run that passes the end of a dim has both of its ends.
      const bool wraps = end - begin + 1 >= size || begin % size > end % size;
      const uint64_t least = wraps ? 0 : begin % size;
      const uint64_t most = wraps ? size - 1 : end % size;
      auto& range = ranges_[dim];
      range.first = std::min(range.first, static_cast<int64_t>(least));
      range.second = std::max(range.second, static_cast<int64_t>(most));
      stride *= size;
    }
  }

  /// Nothing can be learnt any more.
  bool is_everywhere() const {
    for (size_t dim = 0; dim < dims_.size(); ++dim) {
      if (ranges_[dim].first != 0 || ranges_[dim].second != dims_[dim] - 1) return false;
    }
    return first_.has_value();
  }

  LogicalPlace place(bool whole) const {
    LogicalPlace out;
    out.dims = dims_;
    out.count = count_;
    out.is_counted = whole;
    if (!first_) return out;
    out.ranges = ranges_;
    out.index = first_;
    out.coordinate.resize(dims_.size());
    uint64_t rest = *first_;
    uint64_t box = 1;
    for (size_t dim = dims_.size(); dim-- > 0;) {
      const auto size = static_cast<uint64_t>(dims_[dim]);
      out.coordinate[dim] = static_cast<int64_t>(rest % size);
      rest /= size;
      box *= static_cast<uint64_t>(ranges_[dim].second - ranges_[dim].first + 1);
    }
    out.fills = whole && box == count_;
    return out;
  }

 private:
  std::vector<int64_t> dims_;
  std::vector<std::pair<int64_t, int64_t>> ranges_;
  std::optional<uint64_t> first_;
  uint64_t count_ = 0;
};

bool is_wrong(double value, Wrong wrong) {
  return wrong == Wrong::kNan ? std::isnan(value) : std::isinf(value);
}

/// The runs among elements that begin at `offset` of the scanned order.
void scan_elements(DType dtype, ByteView bytes, uint64_t count, uint64_t offset, Wrong wrong,
                   Scan& scan) {
  std::array<double, 1024> room;
  std::optional<uint64_t> begin;
  for (uint64_t first = 0; first < count; first += room.size()) {
    const std::span<double> values(room.data(), std::min<uint64_t>(room.size(), count - first));
    tensor::decode(dtype, bytes, first, values);
    for (size_t i = 0; i < values.size(); ++i) {
      const bool one = is_wrong(values[i], wrong);
      if (one == begin.has_value()) continue;
      if (one) {
        begin = first + i;
      } else {
        scan.add(offset + *begin, offset + first + i - 1);
        begin.reset();
      }
    }
  }
  if (begin) scan.add(offset + *begin, offset + count - 1);
}

/// Most blocks have none, which the census tells much faster.
bool has_any(DType dtype, ByteView bytes, uint64_t count, Wrong wrong) {
  const auto census = census_of(dtype, bytes, count);
  if (!census) return false;
  return wrong == Wrong::kNan ? census->nan > 0 : census->pos_inf + census->neg_inf > 0;
}

/// False: it was left before its end, since all ranges are full.
bool scan_stored(DType dtype, ByteView elements, uint64_t count, Wrong wrong, Scan& scan) {
  constexpr uint64_t kBlock = uint64_t{1} << 20U;
  const uint64_t width = dtype_info(dtype).bits / 8;
  for (uint64_t first = 0; first < count; first += kBlock) {
    const uint64_t some = std::min(kBlock, count - first);
    const ByteView part = elements.subspan(first * width, some * width);
    if (!has_any(dtype, part, some, wrong)) continue;
    scan_elements(dtype, part, some, first, wrong, scan);
    if (scan.is_everywhere()) return first + some == count;
  }
  return true;
}

bool scan_converted(DType dtype, const tensor::Conversion& conversion, ByteView bytes, Wrong wrong,
                    Scan& scan) {
  uint64_t done = 0;
  return for_each_block(conversion, bytes, [&](ByteView part, uint64_t count) {
    if (has_any(dtype, part, count, wrong)) scan_elements(dtype, part, count, done, wrong, scan);
    done += count;
    return !scan.is_everywhere() || done == conversion.count();
  });
}

/// What to call the coordinates of an axis.
std::string axis_text(const LogicalPlace& place, size_t dim, bool several) {
  const char letter = dim < place.axes.size() ? place.axes[dim] : '\0';
  switch (letter) {
    case '\0': return fmt::format("axis {}:", dim);
    case 'C': return several ? "channels" : "channel";
    case 'H': return several ? "rows" : "row";
    case 'W': return several ? "columns" : "column";
    default: return std::string(1, letter);
  }
}

Located located_in_order(const ir::StoredTensor& tensor, ByteView elements, Wrong wrong) {
  std::vector<int64_t> dims = tensor.shape;
  if (tensor.fortran_order) std::reverse(dims.begin(), dims.end());
  Scan scan(dims);
  const uint64_t count = ir::element_count(tensor.shape).value_or(0);
  const bool whole = scan_stored(tensor.dtype, elements, count, wrong, scan);
  Located out{scan.place(whole), ""};
  if (tensor.fortran_order) {
    std::reverse(out.place.dims.begin(), out.place.dims.end());
    std::reverse(out.place.coordinate.begin(), out.place.coordinate.end());
    std::reverse(out.place.ranges.begin(), out.place.ranges.end());
    out.place.index.reset();
  }
  return out;
}

}  // namespace

std::optional<Located> locate(const ir::StoredTensor& tensor, ByteView elements, Wrong wrong) {
  if (dtype_info(tensor.dtype).bits < 8 || tensor.shape.empty()) return std::nullopt;
  const auto conversion =
      tensor.fortran_order
          ? Result<tensor::Conversion>(Problem{})
          : tensor::plan_conversion(tensor::stored_shape(tensor), layout_from_text("ND"));
  const bool usable = conversion && conversion->source_bytes() <= tensor.bytes.size() &&
                      ir::element_count(conversion->logical.dims) == conversion->count();
  if (usable && !conversion->is_plain_copy()) {
    Scan scan(conversion->logical.dims);
    const bool whole = scan_converted(tensor.dtype, *conversion, tensor.bytes, wrong, scan);
    Located out{scan.place(whole), std::string(tensor.format.base)};
    out.place.axes = conversion->logical.letters;
    return out;
  }
  if (tensor.shape.size() < 2) return std::nullopt;
  Located out = located_in_order(tensor, elements, wrong);
  if (usable && conversion->logical.dims == tensor.shape) {
    out.place.axes = conversion->logical.letters;
  }
  return out;
}

std::string region_text(const LogicalPlace& place) {
  std::vector<std::string> parts;
  for (size_t dim = 0; dim < place.ranges.size(); ++dim) {
    const auto [least, most] = place.ranges[dim];
    if (least == 0 && most == place.dims[dim] - 1) continue;
    const bool several = least != most;
    const std::string numbers =
        several ? fmt::format("{} to {}", least, most) : fmt::format("{}", least);
    parts.push_back(
        fmt::format("{} {} of {}", axis_text(place, dim, several), numbers, place.dims[dim]));
  }
  if (parts.empty()) return "";
  const char* how = !place.fills ? "within" : parts.size() == 1 ? "all of" : "the whole block of";
  return fmt::format("{} {}", how, fmt::join(parts, ", "));
}

}  // namespace omscope::report
