#include "omscope/formats/dump/name_parts.h"

#include <algorithm>
#include <charconv>

#include "omscope/core/layout.h"

namespace omscope::dump {

std::optional<int64_t> number_in(std::string_view text) {
  int64_t number = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (fault != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

Parts::Parts(std::string_view name) {
  while (count_ + 1 < kMost) {
    const size_t dot = name.find('.');
    if (dot == std::string_view::npos) break;
    parts_[count_++] = name.substr(0, dot);
    name.remove_prefix(dot + 1);
  }
  parts_[count_++] = name;
}

size_t Parts::digits_at_end() const {
  size_t count = 0;
  while (count < count_ && is_digits(parts_[count_ - 1 - count])) ++count;
  return count;
}

std::string Parts::joined(size_t from, size_t to) const {
  if (from >= to) return "";
  // The parts lie in one text, a dot between neighbours.
  const char* start = parts_[from].data();
  const std::string_view last = parts_[to - 1];
  return {start, static_cast<size_t>(last.data() + last.size() - start)};
}

Parts Parts::first(size_t count) const {
  Parts out;
  out.count_ = std::min(count, count_);
  std::copy_n(parts_.begin(), out.count_, out.parts_.begin());
  return out;
}

Parts Parts::from(size_t start) const {
  Parts out;
  if (start >= count_) return out;
  out.count_ = count_ - start;
  std::copy_n(parts_.begin() + static_cast<int64_t>(start), out.count_, out.parts_.begin());
  return out;
}

std::string_view slot_kind(std::string_view word) {
  if (word == "input" || word == "output" || word == "space") return word;
  if (word == "l1buffer" || word == "buffer") return "buffer";
  if (word == "workspace") return "space";
  return {};
}

std::string_view tensor_suffix(std::string_view name) {
  constexpr std::array<std::string_view, 7> kSuffixes = {".npy",   ".pt",  ".bin", ".pb",
                                                         ".quant", ".csv", ".npz"};
  for (const std::string_view suffix : kSuffixes) {
    if (name.ends_with(suffix)) return name.substr(name.size() - suffix.size());
  }
  return {};
}

bool is_layout_name(std::string_view word) {
  constexpr int64_t kNumbers = 64;
  for (int64_t number = 0; number < kNumbers; ++number) {
    const std::string_view known = layout_from_number(number).base;
    if (!known.empty() && known == word) return true;
  }
  return word == "DefaultFormat";  // MindSpore's word for ND
}

DType dtype_by_name(std::string_view word) {
  std::string lower(word);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  for (size_t i = 1; i <= static_cast<size_t>(DType::kHiFloat4Scale); ++i) {
    const auto dtype = static_cast<DType>(i);
    if (to_string(dtype) == lower) return dtype;
  }
  return DType::kUndefined;
}

}  // namespace omscope::dump
