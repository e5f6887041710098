#include "omscope/diff/deployment.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace omscope::diff {
namespace {

struct Chips {
  std::string_view name;  ///< the name of one chip, or with a `*` at its end the start of several
  uint32_t architecture;
};

// NpuArch of the platform descriptions that the runtime ships. The first row that fits counts.
constexpr std::array kChips = {
    Chips{"Ascend310B*", 3002},   Chips{"Ascend310P*", 2002},       Chips{"Ascend910A", 1001},
    Chips{"Ascend910B", 1001},    Chips{"Ascend910PremiumA", 1001}, Chips{"Ascend910ProA", 1001},
    Chips{"Ascend910ProB", 1001}, Chips{"Ascend910B*", 2201},       Chips{"Ascend910_93*", 2201},
    Chips{"Ascend031", 3004},     Chips{"Ascend035*", 3505},
};

struct Product {
  uint32_t major;
  uint32_t minor;
  std::string_view name;
};

// From version files of installed packages.
constexpr std::array kProducts = {
    Product{1, 80, "5.0.4"},  Product{1, 82, "5.1.RC2"}, Product{1, 84, "6.0.1"},
    Product{7, 2, "8.0.RC1"}, Product{7, 3, "8.0.RC2"},  Product{7, 5, "8.0.RC3"},
    Product{7, 6, "8.0.0"},   Product{7, 7, "8.1.RC1"},  Product{7, 8, "8.2"},
};

}  // namespace

uint32_t architecture_of(std::string_view soc_version) {
  for (const Chips& row : kChips) {
    const bool many = row.name.ends_with('*');
    const std::string_view start = row.name.substr(0, row.name.size() - (many ? 1 : 0));
    if (many ? soc_version.starts_with(start) : soc_version == start) return row.architecture;
  }
  return 0;
}

std::optional<std::vector<uint32_t>> compiler_numbers(std::string_view atc_version) {
  std::vector<uint32_t> numbers;
  uint32_t number = 0;
  bool digits = false;
  for (const char c : atc_version) {
    if (c >= '0' && c <= '9' && number < 100000) {
      number = number * 10 + static_cast<uint32_t>(c - '0');
      digits = true;
    } else if (c == '.') {
      numbers.push_back(number);
      number = 0;
    }
  }
  if (digits) numbers.push_back(number);
  constexpr uint32_t kCameraLine = 5;
  if (numbers.size() < 2 || numbers[0] == kCameraLine) return std::nullopt;
  return numbers;
}

std::string with_product(std::string_view atc_version) {
  const auto numbers = compiler_numbers(atc_version);
  std::string text(atc_version);
  if (!numbers) return text;
  const auto row = std::find_if(kProducts.begin(), kProducts.end(), [&](const Product& each) {
    return each.major == (*numbers)[0] && each.minor == (*numbers)[1];
  });
  return row == kProducts.end() ? text : fmt::format("{} (CANN {})", text, row->name);
}

std::optional<bool> is_newer(std::string_view x, std::string_view y) {
  const auto a = compiler_numbers(x);
  const auto b = compiler_numbers(y);
  if (!a || !b) return std::nullopt;
  return std::lexicographical_compare(a->begin(), a->end(), b->begin(), b->end());
}

}  // namespace omscope::diff
