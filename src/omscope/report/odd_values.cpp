#include "omscope/report/odd_values.h"

#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "omscope/core/text.h"
#include "omscope/report/logical_place.h"
#include "omscope/report/tensor_census.h"
#include "omscope/tensor/decode.h"

namespace omscope::report {
namespace {

using numeric::Census;

uint64_t count_of(const Census& census, Wrong wrong) {
  return wrong == Wrong::kNan ? census.nan : census.pos_inf + census.neg_inf;
}

const char* name_of(const Census& census, Wrong wrong) {
  if (wrong == Wrong::kNan) return "NaN";
  if (census.neg_inf == 0) return "+Inf";
  return census.pos_inf == 0 ? "-Inf" : "Inf";
}

/// As many as there are, counted from the first on, are wrong: then there are no others.
bool is_one_run(DType dtype, ByteView elements, uint64_t first, uint64_t count, Wrong wrong) {
  const uint64_t width = dtype_info(dtype).bits / 8;
  if (width == 0 || (first + count) * width > elements.size()) return false;
  const auto run = census_of(dtype, elements.subspan(first * width, count * width), count);
  return run && count_of(*run, wrong) == count;
}

/// "element 300 of NCHW, [0,4,5,4]"
std::string coordinate_text(const LogicalPlace& place) {
  const std::string order = place.axes.empty() ? "without padding" : "of " + place.axes;
  return fmt::format("element {} {}, [{}]", grouped(place.index.value_or(0)), order,
                     fmt::join(place.coordinate, ","));
}

std::string where_text(const OddValue& odd, const Located& located) {
  const LogicalPlace& place = located.place;
  const bool reordered = !located.stored_as.empty();
  const std::string stored = reordered ? " as stored" : "";
  if (place.coordinate.empty()) {
    return fmt::format("{}: only in the padding of {}", stored, for_terminal(located.stored_as));
  }
  if (odd.count == 1U) {
    return reordered ? fmt::format("{}: {}", stored, coordinate_text(place))
                     : fmt::format(", [{}]", fmt::join(place.coordinate, ","));
  }
  std::string text = stored;
  if (!reordered && odd.contiguous == false) {
    text = fmt::format(", [{}]", fmt::join(place.coordinate, ","));
  }
  const std::string region = region_text(place);
  if (!region.empty()) text += ": " + region;
  // Of whole channels, the coordinate of the first says nothing more.
  if (reordered && !(place.fills && odd.contiguous == true)) {
    text += fmt::format("{} {}", region.empty() ? ":" : "; first", coordinate_text(place));
  }
  if (place.is_counted && place.count < *odd.count) {
    text += fmt::format("; {} of them in padding", grouped(*odd.count - place.count));
  }
  return text;
}

std::string extent_text(const OddValue& odd, const char* name, uint64_t total) {
  const uint64_t count = *odd.count;
  const std::string first = grouped(*odd.first);
  if (count == 1) return fmt::format("has one {}, at element {}", name, first);
  if (*odd.contiguous && *odd.first + count == total) {
    return fmt::format("has {} from element {} on", name, first);
  }
  if (*odd.contiguous) {
    return fmt::format("has {} from element {} to {}", name, first,
                       grouped(*odd.first + count - 1));
  }
  return fmt::format("has {} {}, scattered, the first at element {}", grouped(count), name, first);
}

OddValue wrong_values(const ir::StoredTensor& tensor, ByteView elements, const Census& census,
                      Wrong wrong) {
  OddValue odd;
  odd.what = wrong == Wrong::kNan ? "nan" : "inf";
  odd.is_error = true;
  odd.count = count_of(census, wrong);
  odd.first = wrong == Wrong::kNan ? census.first_nan : census.first_inf;
  odd.contiguous = is_one_run(tensor.dtype, elements, *odd.first, *odd.count, wrong);
  const char* name = name_of(census, wrong);
  const auto located = locate(tensor, elements, wrong);
  if (located) odd.place = located->place;
  odd.text = odd.count == census.count ? fmt::format("is {} everywhere", name)
                                       : extent_text(odd, name, census.count) +
                                             (located ? where_text(odd, *located) : std::string());
  return odd;
}

}  // namespace

std::string value_text(double value) {
  return std::isfinite(value) ? fmt::format("{:.6g}", value) : "-";
}

std::vector<OddValue> odd_values(const ir::StoredTensor& tensor, ByteView elements,
                                 const Census& census) {
  std::vector<OddValue> all;
  if (census.first_nan) all.push_back(wrong_values(tensor, elements, census, Wrong::kNan));
  if (census.first_inf) all.push_back(wrong_values(tensor, elements, census, Wrong::kInf));
  // Whole numbers reach their limits for good reasons.
  const auto limits = tensor::limits_of(tensor.dtype).value_or(tensor::Limits{});
  if (census.first_saturated && limits.smallest_normal > 0) {
    OddValue odd;
    odd.what = "saturated";
    odd.count = census.saturated;
    odd.first = census.first_saturated;
    odd.text = fmt::format("reaches the largest {} {}, the first at element {}",
                           omscope::to_string(tensor.dtype), counted(census.saturated, "time"),
                           grouped(*census.first_saturated));
    all.push_back(std::move(odd));
  }
  if (census.is_constant() && census.count > 1 && census.finite() == census.count) {
    OddValue odd;
    odd.what = "constant";
    odd.count = census.count;
    odd.text = fmt::format("is {} everywhere", value_text(census.min));
    all.push_back(std::move(odd));
  }
  return all;
}

std::vector<OddValue> recorded_odd(const ir::StoredTensor& tensor) {
  if (!tensor.recorded) return {};
  const ir::RecordedStats& stats = *tensor.recorded;
  std::vector<std::string> parts;
  uint64_t count = 0;
  const auto add = [&](const std::optional<uint64_t>& number, const char* name) {
    if (number.value_or(0) == 0) return;
    count += *number;
    parts.push_back(fmt::format("{} {}", grouped(*number), name));
  };
  add(stats.nan, "NaN");
  add(stats.pos_inf, "+Inf");
  add(stats.neg_inf, "-Inf");
  if (parts.empty()) return {};
  OddValue odd;
  odd.what = "recorded";
  odd.is_error = true;
  odd.count = count;
  odd.text = fmt::format("had {}, by the producer's count", fmt::join(parts, ", "));
  return {odd};
}

Json odd_json(const std::vector<OddValue>& odd) {
  Json list = Json::array();
  const auto numbers = [](const std::vector<int64_t>& from) {
    Json out = Json::array();
    for (const int64_t number : from) out.push_back(json_int(number));
    return out;
  };
  for (const OddValue& each : odd) {
    Json ranges = nullptr;
    const LogicalPlace* place = each.place ? &*each.place : nullptr;
    if (place != nullptr) {
      ranges = Json::array();
      for (const auto& [least, most] : place->ranges) ranges.push_back(numbers({least, most}));
    }
    const bool axes = place != nullptr && !place->axes.empty();
    list.push_back({{"what", std::string(each.what)},
                    {"severity", each.is_error ? "error" : "warning"},
                    {"text", json_text(each.text)},
                    {"count", json_uint_or_null(each.count)},
                    {"first", json_uint_or_null(each.first)},
                    {"contiguous", each.contiguous ? Json(*each.contiguous) : Json(nullptr)},
                    {"axes", axes ? Json(place->axes) : Json(nullptr)},
                    {"index", place != nullptr ? json_uint_or_null(place->index) : Json(nullptr)},
                    {"coordinate", place != nullptr ? numbers(place->coordinate) : Json(nullptr)},
                    {"ranges", std::move(ranges)},
                    {"fills", place != nullptr ? Json(place->fills) : Json(nullptr)}});
  }
  return list;
}

std::string odd_text(const std::vector<OddValue>& odd) {
  std::string text;
  for (const OddValue& each : odd) text += (text.empty() ? "" : "; ") + each.text;
  return text;
}

}  // namespace omscope::report
