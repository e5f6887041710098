#include "omscope/formats/log/log_summary.h"

#include <algorithm>
#include <array>
#include <map>

#include <fmt/format.h>

#include "omscope/formats/log/line_header.h"
#include "omscope/formats/log/line_prefix.h"
#include "omscope/formats/log/text_blocks.h"

namespace omscope::log {
namespace {

constexpr size_t kMostKeys = 4096;  // of processes, modules, codes: more are not told apart

struct Counts {
  std::map<std::string, uint64_t, std::less<>> of;

  void add(std::string_view key) {
    const auto found = of.find(key);
    if (found != of.end()) {
      ++found->second;
    } else if (of.size() < kMostKeys) {
      of.emplace(key, 1);
    }
  }
};

struct Summary {
  uint64_t lines = 0;
  uint64_t records = 0;
  int64_t first = 0;
  int64_t last = 0;
  Counts levels;
  Counts processes;
  Counts modules;
  Counts codes;
};

void add_codes(std::string_view content, Summary& summary) {
  static constexpr std::array<std::string_view, 4> kKeys = {
      "ErrCode=", "module_name=", "ge result[", "runtime result = "};
  for (const std::string_view key : kKeys) {
    const size_t at = content.find(key);
    if (at == std::string_view::npos) continue;
    std::string_view code = content.substr(at + key.size());
    code = code.substr(0, code.find_first_of(",] ."));
    if (!code.empty() && code.size() <= 12) summary.codes.add(code);
  }
}

void add_line(std::string_view line, Summary& summary) {
  ++summary.lines;
  const auto header = find_header(line);
  if (!header) return;
  ++summary.records;
  summary.first = summary.records == 1 ? header->time : std::min(summary.first, header->time);
  summary.last = std::max(summary.last, header->time);
  summary.levels.add(to_string(header->level));
  summary.modules.add(header->module);
  summary.processes.add(fmt::format("{} {}", header->pid, header->process));
  if (header->level == Level::kError) add_codes(header->content, summary);
}

ir::RecordTable table(std::string title, std::string column, const Counts& counts) {
  std::vector<std::pair<uint64_t, std::string>> sorted;
  for (const auto& [key, count] : counts.of) sorted.emplace_back(count, key);
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  ir::RecordTable out{std::move(title), {std::move(column), "lines"}, {}};
  for (const auto& [count, key] : sorted) out.rows.push_back({key, std::to_string(count)});
  return out;
}

/// "EZ9999: ", "E10007: [PID: 1]": the first line of a report.
bool starts_a_report(std::string_view line) {
  if (line.size() < 7 || line[0] != 'E') return false;
  const size_t end = line.find_first_of(":[");
  if (end == std::string_view::npos || end < 5 || end > 6) return false;
  return std::all_of(line.begin() + static_cast<std::ptrdiff_t>(end) - 4,
                     line.begin() + static_cast<std::ptrdiff_t>(end),
                     [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

bool looks_like_log(ByteView bytes) {
  constexpr size_t kLook = size_t{1} << 16;
  constexpr int kLines = 64;
  std::string_view text = as_text(bytes).substr(0, kLook);
  for (int i = 0; i < kLines && !text.empty(); ++i) {
    const std::string_view line = text.substr(0, text.find('\n'));
    const bool tail = line.starts_with("[ERROR] ") && line.find(", RankID:") != line.npos;
    if (find_header(line) || starts_a_report(line) || tail) return true;
    text.remove_prefix(std::min(text.size(), line.size() + 1));
  }
  return false;
}

std::unique_ptr<ir::TensorFile> read_log_summary(const std::shared_ptr<const FileBytes>& file) {
  auto out = std::make_unique<ir::TensorFile>(file, Kind::kLog);
  out->byte_map.add(0, file->size(), "log");
  out->account = out->byte_map.account(file->bytes());
  Summary summary;
  TextBlocks blocks(file);
  TextBlock block;
  while (blocks.next(block)) {
    std::string_view rest = block.text;
    while (!rest.empty()) {
      const std::string_view line = rest.substr(0, rest.find('\n'));
      add_line(line, summary);
      rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    }
    blocks.done_with(block);
  }
  out->attrs.emplace_back("lines", std::to_string(summary.lines));
  out->attrs.emplace_back("records", std::to_string(summary.records));
  if (summary.records != 0) {
    out->attrs.emplace_back("from", iso_time(summary.first));
    out->attrs.emplace_back("to", iso_time(summary.last));
    out->records.push_back(table("levels", "level", summary.levels));
    out->records.push_back(table("processes", "process", summary.processes));
    out->records.push_back(table("modules", "module", summary.modules));
  }
  if (!summary.codes.of.empty()) {
    out->records.push_back(table("error codes", "code", summary.codes));
  }
  return out;
}

}  // namespace omscope::log
