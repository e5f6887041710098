#include "omscope/core/told_apart.h"

#include <fmt/format.h>

namespace omscope {
namespace {

constexpr int kAll = 17;  // what any double needs

bool are_told_apart(const std::vector<double>& values, const std::vector<std::string>& texts) {
  for (size_t i = 0; i < values.size(); ++i) {
    for (size_t j = 0; j < i; ++j) {
      const bool differ = values[i] < values[j] || values[i] > values[j];
      if (differ && texts[i] == texts[j]) return false;
    }
  }
  return true;
}

}  // namespace

std::vector<std::string> told_apart(std::initializer_list<double> values, int fewest) {
  std::vector<std::string> texts;
  for (int digits = fewest; digits <= kAll; ++digits) {
    texts.clear();
    for (const double value : values) texts.push_back(fmt::format("{:.{}g}", value, digits));
    if (are_told_apart(values, texts)) break;
  }
  return texts;
}

}  // namespace omscope
