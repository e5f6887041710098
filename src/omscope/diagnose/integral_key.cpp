#include "omscope/diagnose/integral_key.h"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

#include "omscope/core/text.h"

namespace omscope::diagnose {
namespace {

constexpr std::array<std::string_view, 8> kModes = {"default",
                                                    "high_performance",
                                                    "high_precision",
                                                    "super_performance",
                                                    "support_out_of_bound_index",
                                                    "enable_float32_execution",
                                                    "enable_hi_float32_execution",
                                                    "keep_fp16"};

std::optional<uint32_t> number_of(std::string_view text) {
  uint32_t number = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (text.empty() || error != std::errc() || stop != end) return std::nullopt;
  return number;
}

bool is_word(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '_';
  });
}

/// "dynamic num:3" and "c0:16" stand between tensors.
bool read_mark(std::string_view part, uint32_t& list_of) {
  constexpr std::string_view kList = "dynamic num:";
  if (part.starts_with(kList)) {
    list_of = number_of(part.substr(kList.size())).value_or(0);
    return true;
  }
  return part.starts_with("c0:");
}

bool read_tensors(std::string_view text, std::vector<KeyTensor>& tensors) {
  constexpr size_t kMostTensors = 4096;
  std::vector<std::string_view> parts = split(text, '/');
  if (!parts.empty() && parts.back().empty()) parts.pop_back();
  uint32_t list_of = 0;
  std::string_view dtype;
  for (const std::string_view part : parts) {
    if (dtype.empty() && read_mark(part, list_of)) continue;
    if (!is_word(part) || tensors.size() >= kMostTensors) return false;
    if (dtype.empty()) {
      dtype = part;
      continue;
    }
    tensors.push_back({dtype, part, list_of});
    dtype = {};
    list_of = 0;
  }
  return dtype.empty();
}

std::string in_words(const KeyTensor& tensor) {
  const std::string one = fmt::format("{} in {}", tensor.dtype, tensor.format);
  return tensor.list_of == 0 ? one : fmt::format("a list of {}: {}", tensor.list_of, one);
}

}  // namespace

std::optional<IntegralKey> parse_integral_key(std::string_view text) {
  while (text.ends_with('.') || text.ends_with(',') || text.ends_with(' ')) text.remove_suffix(1);
  std::vector<std::string_view> fields = split(text, '|');
  if (fields.size() < 2) return std::nullopt;
  const std::vector<std::string_view> head = split(fields[0], '/');
  if (head.size() != 3 || !head[2].empty()) return std::nullopt;
  const auto deterministic = number_of(head[0]);
  const auto implementation = number_of(head[1]);
  if (!deterministic || *deterministic > 1 || !implementation) return std::nullopt;
  IntegralKey key;
  key.deterministic = *deterministic == 1;
  key.implementation = *implementation;
  if (!read_tensors(fields[1], key.tensors)) return std::nullopt;
  key.attrs.assign(fields.begin() + 2, fields.end());
  while (!key.attrs.empty() && key.attrs.back().empty()) key.attrs.pop_back();
  return key;
}

std::string_view implementation_mode(uint32_t number) {
  return number < kModes.size() ? kModes.at(number) : std::string_view();
}

std::string tensors_in_words(const IntegralKey& key) {
  if (key.tensors.empty()) return "no tensors";
  const std::string first = in_words(key.tensors.front());
  const bool equal = std::all_of(key.tensors.begin(), key.tensors.end(),
                                 [&](const KeyTensor& each) { return in_words(each) == first; });
  if (key.tensors.size() > 1 && equal) {
    return fmt::format("{} tensors, all of them {}", key.tensors.size(), first);
  }
  std::string all;
  for (const KeyTensor& tensor : key.tensors) {
    if (!all.empty()) all += ", ";
    all += in_words(tensor);
  }
  return all;
}

}  // namespace omscope::diagnose
