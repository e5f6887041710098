#include "omscope/formats/dump/numbers.h"

#include <array>
#include <chrono>

#include <fmt/format.h>

#include "omscope/core/layout.h"

namespace omscope::dump {
namespace {

// Only the adump enum numbers it: 42, and 43 in ge::DataType. Its width of eight bits is unproven.
constexpr int64_t kHiFloat4ScaleInDump = 42;
constexpr int64_t kHiFloat4ScaleInGe = 43;

struct ArgumentKind {
  uint64_t type;
  std::string_view name;
};

constexpr std::array kArgumentKinds = {
    ArgumentKind{0, "invalid"},
    ArgumentKind{1, "general"},
    ArgumentKind{2, "input"},
    ArgumentKind{3, "output"},
    ArgumentKind{4, "workspace"},
    ArgumentKind{5, "AscendC log"},
    ArgumentKind{6, "communication (MC2) context"},
    ArgumentKind{7, "tiling data"},
    ArgumentKind{8, "L1 pointer"},
    ArgumentKind{9, "L2 pointer"},
    ArgumentKind{10, "overflow address"},
    ArgumentKind{11, "FFTS address"},
    ArgumentKind{12, "shape tensor"},
    ArgumentKind{101, "arguments"},
    ArgumentKind{102, "stack"},
    ArgumentKind{103, "device kernel object"},
    ArgumentKind{104, "SIMT stack"},
};

}  // namespace

DType dtype_from_dump(int64_t number) {
  return number == kHiFloat4ScaleInDump ? DType::kHiFloat4Scale : dtype_from_ge_proto(number);
}

DType dtype_from_ge(int64_t number) {
  return number == kHiFloat4ScaleInGe ? DType::kHiFloat4Scale : dtype_from_ge_enum(number);
}

std::string_view argument_kind(uint64_t type) {
  for (const ArgumentKind& row : kArgumentKinds) {
    if (row.type == type) return row.name;
  }
  return {};
}

std::string_view known_layout(std::string_view name) {
  constexpr int64_t kNumbers = 256;
  for (int64_t number = 0; number < kNumbers; ++number) {
    const std::string_view known = layout_from_number(number).base;
    if (!known.empty() && known == name) return known;
  }
  return {};
}

std::string time_text(uint64_t microseconds) {
  using namespace std::chrono;
  constexpr uint64_t kYear10000 = 253402300800000000;
  if (microseconds >= kYear10000) return fmt::format("{}", microseconds);
  const auto since_epoch = std::chrono::microseconds(microseconds);
  const auto midnight = floor<days>(since_epoch);
  const year_month_day date{sys_days(midnight)};
  const hh_mm_ss time{since_epoch - midnight};
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     time.hours().count(), time.minutes().count(), time.seconds().count(),
                     time.subseconds().count());
}

std::string dims_text(std::span<const uint64_t> dims) {
  if (dims.empty()) return "scalar";
  std::string text;
  for (const uint64_t dim : dims) {
    if (!text.empty()) text += " x ";
    text += fmt::format("{}", static_cast<int64_t>(dim));
  }
  return text;
}

}  // namespace omscope::dump
