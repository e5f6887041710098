#include "omscope/report/folder_table.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <set>
#include <tuple>

#include <fmt/format.h>

#include "omscope/core/text.h"
#include "omscope/report/inspect_text.h"
#include "omscope/report/tensor_rows.h"
#include "omscope/report/tensor_text.h"

namespace omscope::report {
namespace {

constexpr size_t kMostLines = 200;
constexpr size_t kMostOdd = 1000;

std::string cell(const std::optional<int64_t>& number) {
  return number ? std::to_string(*number) : "";
}

/// What can tell two rows of one op apart; shown where it does.
struct Column {
  const char* title;
  bool is_number;
  std::string (*text)(const FolderLine& line);
};
constexpr std::array kColumns = {
    Column{"device", true, [](const FolderLine& line) { return cell(line.place.device); }},
    Column{"rank", true, [](const FolderLine& line) { return cell(line.place.rank); }},
    Column{"model", false, [](const FolderLine& line) { return for_terminal(line.place.model); }},
    Column{"id", true, [](const FolderLine& line) { return cell(line.place.model_id); }},
    Column{"step", true, [](const FolderLine& line) { return cell(line.place.step); }},
    Column{"stream", true, [](const FolderLine& line) { return cell(line.place.stream_id); }},
    Column{"task", true, [](const FolderLine& line) { return cell(line.place.task_id); }},
    Column{"context", true, [](const FolderLine& line) { return cell(line.place.context_id); }},
    Column{"thread", true, [](const FolderLine& line) { return cell(line.place.thread_id); }},
};

std::string kind_word(Kind kind) {
  if (kind == Kind::kDumpException) return "exception";
  if (kind == Kind::kDumpOpDebug) return "overflow";
  return "";
}

/// The order of the run; what no model is known of (exceptions) comes behind those.
auto order_of(const FolderLine& line) {
  const ir::RunPlace& place = line.place;
  return std::make_tuple(place.device, place.rank, place.model.empty(),
                         std::string_view(place.model), place.model_id, place.step,
                         std::string_view(place.time), place.task_id, std::string_view(line.file));
}

std::vector<std::string> values_of(const TensorRow& row, bool is_record) {
  const auto number = [](std::optional<double> value) {
    return value ? fmt::format("{:.4g}", *value) : std::string("-");
  };
  const auto count = [](std::optional<uint64_t> value) {
    return value ? grouped(*value) : std::string("-");
  };
  if (row.stats && !is_record) {
    const numeric::Census& census = *row.stats;
    const bool there = census.finite() > 0;
    const auto finite = [&](double value) {
      return number(there ? std::optional(value) : std::nullopt);
    };
    return {finite(census.min), finite(census.max), finite(census.mean), grouped(census.nan),
            grouped(census.pos_inf + census.neg_inf)};
  }
  if (row.tensor.recorded) {
    const ir::RecordedStats& stats = *row.tensor.recorded;
    std::optional<uint64_t> infinite = stats.pos_inf;
    if (stats.neg_inf) infinite = infinite.value_or(0) + *stats.neg_inf;
    return {number(stats.min), number(stats.max), number(stats.mean), count(stats.nan),
            count(infinite)};
  }
  return {"-", "-", "-", "-", "-"};
}

/// Where the numbers come from, or why there are none.
std::string note_of(const TensorRow& row, bool is_record) {
  if (is_record) return "fields";
  if (row.stats) return "";
  if (row.tensor.recorded) return "recorded";
  switch (row.tensor.payload) {
    case ir::Payload::kCut: return "cut";
    case ir::Payload::kNotWritten: return "not written";
    case ir::Payload::kElsewhere: return "elsewhere";
    case ir::Payload::kComplete: break;
  }
  return "type not known";
}

/// " (exception, task 9)"
std::string origin_of(const FolderLine& line) {
  std::string text = line.kind;
  if (line.place.task_id) {
    text += fmt::format("{}task {}", text.empty() ? "" : ", ", *line.place.task_id);
  }
  return text.empty() ? text : " (" + text + ")";
}

/// What gives way, the first one first, where the table is wider than the page.
constexpr std::array kSpareTitles = {"layout", "shape", "dtype"};

size_t width_of(const std::vector<std::vector<std::string>>& rows) {
  size_t total = 0;
  for (size_t column = 0; column < rows[0].size(); ++column) {
    size_t widest = 0;
    for (const auto& row : rows) widest = std::max(widest, display_width(row[column]));
    total += widest + 2;
  }
  return total;
}

void drop_spare(std::vector<std::vector<std::string>>& rows, std::vector<bool>& numeric,
                size_t width) {
  for (const char* title : kSpareTitles) {
    if (width_of(rows) <= width) return;
    const auto found = std::find(rows[0].begin(), rows[0].end(), title);
    if (found == rows[0].end()) continue;
    const auto at = found - rows[0].begin();
    for (auto& row : rows) row.erase(row.begin() + at);
    numeric.erase(numeric.begin() + at);
  }
}

}  // namespace

std::vector<FolderLine> FolderTable::lines_of(const FolderFile& each) const {
  std::vector<FolderLine> lines;
  const std::string file =
      std::filesystem::path(each.entry->path).lexically_relative(root_).string();
  const bool is_record = each.file->kind == Kind::kDumpOpDebug;
  for (TensorRow& row : tensor_rows(*each.file, each.place, options_)) {
    const ir::StoredTensor& tensor = row.tensor;
    FolderLine line;
    line.place = row.place;
    line.file = for_terminal(file);
    line.kind = kind_word(each.file->kind);
    line.name = row.place.op.empty() ? line.file : for_terminal(row.place.op);
    line.cells = {
        for_terminal(tensor.name),
        tensor.dtype == DType::kUndefined ? "?" : std::string(omscope::to_string(tensor.dtype)),
        tensor.has_shape ? shape_text(tensor.shape) : "?", layout_text(tensor.format)};
    if (options_.stats) {
      line.values = values_of(row, is_record);
      line.note = note_of(row, is_record);
    }
    line.odd = std::move(row.odd);
    lines.push_back(std::move(line));
  }
  return lines;
}

void FolderTable::add(std::vector<FolderLine> lines) {
  for (FolderLine& line : lines) {
    ++seen_;
    for (const OddValue& odd : line.odd) {
      ++odd_count_;
      if (odd_.size() >= kMostOdd && !all_) continue;
      odd_.push_back(
          {fmt::format("{} {}{} {}", line.name, line.cells[0], origin_of(line), odd.text),
           odd.is_error});
    }
    line.odd.clear();
    lines_.push_back(std::move(line));
  }
  if (!all_ && lines_.size() > 10 * kMostLines) keep_first();
}

void FolderTable::keep_first() {
  std::stable_sort(lines_.begin(), lines_.end(), [](const FolderLine& a, const FolderLine& b) {
    return order_of(a) < order_of(b);
  });
  if (!all_ && lines_.size() > kMostLines) lines_.resize(kMostLines);
}

void FolderTable::write_odd(TextPage& page) const {
  constexpr size_t kMostShown = 6;
  std::vector<const Odd*> order;
  for (const Odd& odd : odd_) order.push_back(&odd);
  std::stable_sort(order.begin(), order.end(),
                   [](const Odd* a, const Odd* b) { return a->is_error > b->is_error; });
  const size_t shown = all_ ? order.size() : std::min(order.size(), kMostShown);
  for (size_t i = 0; i < shown; ++i) {
    page.row(i == 0 ? "odd" : "", order[i]->text,
             order[i]->is_error ? Tone::kError : Tone::kWarning);
  }
  if (shown < odd_count_) {
    page.row("", fmt::format("… {} more; --all shows them", odd_count_ - shown), Tone::kDim);
  }
}

/// Whether two rows would read the same.
bool FolderTable::collides(const std::vector<size_t>& columns) const {
  std::set<std::string> told;
  for (const FolderLine& line : lines_) {
    std::string key = line.name + '\n' + line.cells[0] + '\n' + line.kind;
    for (const size_t column : columns) key += '\n' + kColumns[column].text(line);
    if (!told.insert(std::move(key)).second) return true;
  }
  return false;
}

void FolderTable::write(TextPage& page) {
  keep_first();
  if (lines_.empty()) {
    return page.line(options_.op_globs.empty() ? "  no tensors" : no_such_op(), Tone::kWarning);
  }
  std::vector<size_t> columns;
  for (size_t column = 0; column < kColumns.size(); ++column) {
    std::set<std::string> texts;
    for (const FolderLine& line : lines_) {
      std::string text = kColumns[column].text(line);
      if (!text.empty()) texts.insert(std::move(text));
      if (texts.size() > 1) break;
    }
    if (texts.size() > 1) columns.push_back(column);
  }
  const bool with_file = collides(columns);
  std::vector<std::string> head = {"op"};
  std::vector<bool> numeric = {false};
  const auto title = [&](const char* text, bool is_number) {
    head.emplace_back(text);
    numeric.push_back(is_number);
  };
  for (const size_t column : columns) title(kColumns[column].title, kColumns[column].is_number);
  if (with_file) title("file", false);
  for (const char* text : {"tensor", "dtype", "shape", "layout"}) title(text, false);
  if (options_.stats) {
    for (const char* text : {"min", "max", "mean", "NaN", "Inf"}) title(text, true);
  }
  title("", false);
  std::vector<std::vector<std::string>> rows = {head};
  for (const FolderLine& line : lines_) {
    std::vector<std::string>& row = rows.emplace_back();
    row.push_back(line.name);
    for (const size_t column : columns) row.push_back(kColumns[column].text(line));
    if (with_file) row.push_back(line.file);
    row.insert(row.end(), line.cells.begin(), line.cells.end());
    row.insert(row.end(), line.values.begin(), line.values.end());
    row.push_back(line.kind.empty() || line.note.empty() ? line.kind + line.note
                                                         : line.kind + ", " + line.note);
  }
  // Numbers without names are worth less than names without shapes.
  if (options_.stats && !page.style().whole) drop_spare(rows, numeric, page.style().width);
  page.table(rows, numeric);
  if (lines_.size() < seen_) page.leave_out(seen_ - lines_.size());
}

}  // namespace omscope::report
