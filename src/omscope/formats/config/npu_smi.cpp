#include "omscope/formats/config/npu_smi.h"

#include <algorithm>
#include <charconv>

#include "omscope/core/text.h"
#include "omscope/formats/config/key_values.h"

namespace omscope::config {
namespace {

constexpr size_t kMostBytes = size_t{1} << 20;

std::vector<std::string_view> words(std::string_view text) {
  std::vector<std::string_view> list;
  for (const std::string_view word : split(text, ' ')) {
    if (!word.empty()) list.push_back(word);
  }
  return list;
}

std::optional<uint64_t> number_of(std::string_view text) {
  uint64_t number = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (text.empty() || error != std::errc() || stop != end) return std::nullopt;
  return number;
}

/// Cells between bars; empty for lines of a frame.
std::vector<std::string_view> cells_of(std::string_view line) {
  line = trimmed(line);
  if (line.size() < 2 || line.front() != '|' || line.back() != '|') return {};
  return split(line.substr(1, line.size() - 2), '|');
}

/// "24  310P3 | OK | …".
std::optional<NpuChip> first_row(const std::vector<std::string_view>& cells) {
  if (cells.size() < 3) return std::nullopt;
  const std::vector<std::string_view> left = words(cells[0]);
  if (left.size() != 2) return std::nullopt;
  const auto npu = number_of(left[0]);
  const std::string_view health = trimmed(cells[1]);
  const bool is_health = !health.empty() && health.find(':') == std::string_view::npos &&
                         health.find_first_of("0123456789") == std::string_view::npos;
  // "310" is a name; below it stand small numbers of chips.
  constexpr uint64_t kLeastName = 100;
  const bool is_name = number_of(left[1]).value_or(kLeastName) >= kLeastName;
  if (!npu || *npu > 100000 || !is_name || !is_health) return std::nullopt;
  NpuChip chip;
  chip.npu = static_cast<int64_t>(*npu);
  chip.name = left[1];
  chip.health = health;
  return chip;
}

/// "0  0 | 0000:04:00.0 | 0   1832 / 21527": the last pair is the memory.
void read_second_row(const std::vector<std::string_view>& cells, NpuChip& chip) {
  if (cells.size() < 3 || cells[1].find(':') == std::string_view::npos) return;
  chip.bus_id = trimmed(cells[1]);
  std::string_view last = cells.back();
  const size_t slash = last.rfind('/');
  if (slash == std::string_view::npos) return;
  const std::vector<std::string_view> before = words(last.substr(0, slash));
  const std::vector<std::string_view> behind = words(last.substr(slash + 1));
  if (before.empty() || behind.empty()) return;
  chip.memory_used_mb = number_of(before.back());
  chip.memory_total_mb = number_of(behind.front());
}

}  // namespace

bool looks_like_npu_smi(std::string_view text) {
  constexpr size_t kLook = 4096;
  const std::string_view head = text.substr(0, kLook);
  return head.find("npu-smi") != std::string_view::npos &&
         head.find("Bus-Id") != std::string_view::npos;
}

NpuSmi read_npu_smi(std::string_view text) {
  NpuSmi out;
  text = text.substr(0, kMostBytes);
  bool wants_second = false;
  size_t number = 0;
  for (const std::string_view line : split(text, '\n')) {
    ++number;
    const std::vector<std::string_view> cells = cells_of(line);
    if (cells.empty()) continue;
    constexpr std::string_view kVersion = "Version:";
    const size_t version = line.find(kVersion);
    if (out.version.empty() && version != std::string_view::npos) {
      const auto behind = words(line.substr(version + kVersion.size()));
      if (!behind.empty()) out.version = behind.front();
    }
    if (wants_second) {
      read_second_row(cells, out.chips.back());
      wants_second = false;
    } else if (auto chip = first_row(cells)) {
      chip->line = number;
      out.chips.push_back(*chip);
      wants_second = true;
    }
  }
  // A row of processes has no bus id.
  std::erase_if(out.chips, [](const NpuChip& chip) { return chip.bus_id.empty(); });
  return out;
}

}  // namespace omscope::config
