#include "omscope/report/tensor_text.h"

#include <algorithm>
#include <array>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "omscope/core/text.h"
#include "omscope/formats/dump_folder.h"
#include "omscope/report/inspect_text.h"
#include "omscope/report/tensor_rows.h"
#include "omscope/tensor/code_table.h"
#include "omscope/tensor/decode.h"

namespace omscope::report {
namespace {

using numeric::Census;
using Rows = std::vector<std::vector<std::string>>;

std::string safe(std::string_view text) {
  return for_terminal(text);
}

bool shows_all(const TextPage& page) {
  return page.style().most_lines > 1000;
}

std::string joined(const std::vector<std::string>& parts) {
  return fmt::format("{}", fmt::join(parts, ", "));
}

void identity(TextPage& page, const ir::TensorFile& file, const ir::RunPlace& place) {
  if (!place.op.empty() || !place.op_type.empty()) {
    page.row("op", fmt::format("{}{}{}", safe(place.op),
                               place.op.empty() || place.op_type.empty() ? "" : ", type ",
                               safe(place.op_type)));
  }
  std::vector<std::string> where;
  const auto add = [&](const char* what, const std::optional<int64_t>& number) {
    if (number) where.push_back(fmt::format("{} {}", what, *number));
  };
  if (!place.model.empty()) where.push_back("model " + safe(place.model));
  add("model id", place.model_id);
  add("device", place.device);
  add("rank", place.rank);
  add("step", place.step);
  add("stream", place.stream_id);
  add("task", place.task_id);
  add("context", place.context_id);
  add("thread", place.thread_id);
  if (!where.empty()) page.row("ran", joined(where));
  if (!place.time.empty()) page.row("time", safe(place.time));
  constexpr size_t kMostAttrs = 6;
  const size_t shown =
      shows_all(page) ? file.attrs.size() : std::min(kMostAttrs, file.attrs.size());
  for (size_t i = 0; i < shown; ++i) {
    const auto& [name, value] = file.attrs[i];
    const std::string text = fmt::format("{} = {}", safe(name), safe(value));
    page.row(i == 0 ? "attributes" : "", shows_all(page) ? text : shortened(text, 160));
  }
}

std::string state_of(const ir::StoredTensor& tensor) {
  std::string state;
  if (tensor.payload == ir::Payload::kCut) state = "cut";
  if (tensor.payload == ir::Payload::kNotWritten) state = "not in the file";
  if (tensor.payload == ir::Payload::kElsewhere) state = "values elsewhere";
  if (!tensor.note.empty()) state += (state.empty() ? "" : "; ") + safe(tensor.note);
  return state;
}

std::string dtype_cell(const ir::StoredTensor& tensor) {
  if (tensor.dtype != DType::kUndefined) return std::string(omscope::to_string(tensor.dtype));
  return tensor.dtype_number == 0 ? "?" : fmt::format("? ({})", tensor.dtype_number);
}

void tensor_table(TextPage& page, const std::vector<TensorRow>& rows, bool has_globs) {
  constexpr size_t kMost = 12;
  const size_t shown = shows_all(page) ? rows.size() : std::min(kMost, rows.size());
  Rows table = {{"tensor", "dtype", "shape", "layout", "without padding", "bytes", ""}};
  for (size_t i = 0; i < shown; ++i) {
    const ir::StoredTensor& tensor = rows[i].tensor;
    const bool padded = tensor.has_origin_shape && tensor.origin_shape != tensor.shape;
    const std::string of = tensor.op.empty() ? "" : safe(tensor.op) + " ";
    table.push_back({of + safe(tensor.name), dtype_cell(tensor),
                     tensor.has_shape ? shape_text(tensor.shape) : "?", layout_text(tensor.format),
                     padded ? shape_text(tensor.origin_shape) : "", grouped(tensor.size),
                     state_of(tensor)});
  }
  page.line("tensors", Tone::kHeading);
  if (rows.empty())
    return page.line(has_globs ? no_such_op() : "  none", has_globs ? Tone::kWarning : Tone::kDim);
  // Titles of columns that nobody fills would widen them.
  for (const size_t column : {size_t{3}, size_t{4}}) {
    const bool empty = std::all_of(table.begin() + 1, table.end(),
                                   [&](const auto& row) { return row[column].empty(); });
    if (empty) table[0][column].clear();
  }
  page.table(table, {false, false, false, false, false, true, false});
  if (shown < rows.size()) {
    page.line(fmt::format("  … {} more; --all shows them", rows.size() - shown), Tone::kDim);
  }
}

std::vector<std::string> stats_cells(const std::string& name, const Census& census,
                                     const std::optional<numeric::Histogram>& histogram,
                                     bool unicode) {
  const auto value = [&](double number) {
    return census.finite() > 0 ? value_text(number) : std::string("-");
  };
  return {name,
          value(census.min),
          value(census.max),
          value(census.mean),
          value(census.std),
          grouped(census.zeros),
          grouped(census.nan),
          grouped(census.pos_inf + census.neg_inf),
          histogram ? sparkline(histogram->bins, unicode) : ""};
}

void stats_table(TextPage& page, const std::vector<TensorRow>& rows) {
  constexpr size_t kMost = 12;
  Rows table = {{"values", "min", "max", "mean", "std", "zeros", "NaN", "Inf", "min … max"}};
  const bool unicode = page.style().unicode;
  if (!unicode) table[0].back() = "min .. max";
  for (const TensorRow& row : rows) {
    if (table.size() > kMost && !shows_all(page)) break;
    if (row.stats) {
      table.push_back(stats_cells(safe(row.tensor.name), *row.stats, row.histogram, unicode));
    }
    if (row.logical_stats) {
      table.push_back(stats_cells("  without padding", *row.logical_stats, std::nullopt, unicode));
    }
  }
  if (table.size() == 1) return;
  page.table(table, {false, true, true, true, true, true, true, true, false});
}

/// What has to be known of values, or why there are none; once for each type.
void note_types(TextPage& page, const std::vector<TensorRow>& rows, bool stats) {
  std::set<DType> told;
  for (const TensorRow& row : rows) {
    const DType dtype = row.tensor.dtype;
    const bool whole = row.tensor.payload == ir::Payload::kComplete && row.tensor.size > 0;
    if (!stats || !whole || dtype == DType::kUndefined || !told.insert(dtype).second) continue;
    if (!tensor::can_decode(dtype)) {
      page.row("note",
               fmt::format("{} has no known rule: its values cannot be shown, convert writes "
                           "its bytes",
                           omscope::to_string(dtype)));
    } else if (tensor::order_is_assumed(dtype)) {
      page.row("note", fmt::format("the order of packed {} elements is not documented; the lowest "
                                   "bits of a byte are taken for the first",
                                   omscope::to_string(dtype)));
    }
  }
}

void odd_lines(TextPage& page, const std::vector<TensorRow>& rows) {
  for (const TensorRow& row : rows) {
    const std::string of = row.tensor.op.empty() ? "" : safe(row.tensor.op) + " ";
    for (const OddValue& odd : row.odd) {
      page.row("odd", fmt::format("{}{} {}", of, safe(row.tensor.name), odd.text),
               odd.is_error ? Tone::kError : Tone::kWarning);
    }
  }
}

void recorded(TextPage& page, const std::vector<TensorRow>& rows) {
  Rows table = {{"recorded", "min", "max", "mean", "norm", "NaN", "+Inf", "-Inf", "count"}};
  const auto number = [](const std::optional<double>& value) {
    return value ? fmt::format("{:.6g}", *value) : std::string();
  };
  const auto count = [](const std::optional<uint64_t>& value) {
    return value ? grouped(*value) : std::string();
  };
  for (const TensorRow& row : rows) {
    if (!row.tensor.recorded) continue;
    const ir::RecordedStats& stats = *row.tensor.recorded;
    const std::string of = row.tensor.op.empty() ? "" : safe(row.tensor.op) + " ";
    table.push_back({of + safe(row.tensor.name), number(stats.min), number(stats.max),
                     number(stats.mean), number(stats.l2norm), count(stats.nan),
                     count(stats.pos_inf), count(stats.neg_inf), count(stats.count)});
  }
  if (table.size() == 1) return;
  constexpr size_t kNorm = 4;
  const bool has_norm = std::any_of(table.begin() + 1, table.end(),
                                    [](const auto& row) { return !row[kNorm].empty(); });
  if (!has_norm) {
    for (auto& row : table) row.erase(row.begin() + kNorm);
  }
  page.table(table, {false, true, true, true, true, true, true, true, true});
}

void overflow(TextPage& page, const ir::TensorFile& file) {
  for (const OverflowMatch& match : match_overflow(file)) {
    const std::string where =
        match.op.empty() ? fmt::format("task {} of stream {}; no dump of it is in this folder",
                                       match.task.value_or(0), match.stream.value_or(0))
                         : fmt::format("op {} ({}), in {}", safe(match.op), safe(match.op_type),
                                       safe(match.file));
    page.row("overflow",
             fmt::format("{}{}{}: {}", match.unit, match.meaning.empty() ? "" : ": ",
                         safe(match.meaning), where),
             Tone::kError);
  }
}

void message(TextPage& page, const ir::TensorFile& file) {
  if (file.message.empty() || file.kind == Kind::kDumpOpDebug) return;
  constexpr size_t kMost = 8;
  auto lines = split(file.message, '\n');
  while (!lines.empty() && lines.back().empty()) lines.pop_back();
  const size_t shown = shows_all(page) ? lines.size() : std::min(kMost, lines.size());
  for (size_t i = 0; i < shown; ++i)
    page.row(i == 0 ? "message" : "", safe(lines[i]), Tone::kError);
  if (shown < lines.size()) {
    page.row("", fmt::format("… {} more lines; --all shows them", lines.size() - shown),
             Tone::kDim);
  }
}

/// Lines that a kernel printed have one, which is no news in a table.
std::string_view without_line_end(std::string_view text) {
  if (text.ends_with('\n')) text.remove_suffix(1);
  if (text.ends_with('\r')) text.remove_suffix(1);
  return text;
}

void records(TextPage& page, const ir::TensorFile& file) {
  constexpr size_t kMost = 12;
  for (const ir::RecordTable& table : file.records) {
    if (page.full()) return page.leave_out(1);
    page.line(safe(table.title), Tone::kHeading);
    const size_t shown = shows_all(page) ? table.rows.size() : std::min(kMost, table.rows.size());
    Rows rows = {table.columns};
    rows.insert(rows.end(), table.rows.begin(),
                table.rows.begin() + static_cast<std::ptrdiff_t>(shown));
    for (auto& row : rows) {
      for (std::string& cell : row) cell = safe(without_line_end(cell));
    }
    page.table(rows);
    if (shown < table.rows.size()) {
      page.line(fmt::format("  … {} more; --all shows them", table.rows.size() - shown),
                Tone::kDim);
    }
  }
}

}  // namespace

std::string no_such_op() {
  return "  no op has a name like that; '*' stands for any text, \"/\" too";
}

void note_sections(TextPage& page, const InspectOptions& options) {
  const std::array<std::pair<const char*, bool>, 7> sections = {{{"header", options.header},
                                                                 {"partitions", options.partitions},
                                                                 {"ops", options.ops},
                                                                 {"weights", options.weights},
                                                                 {"tasks", options.tasks},
                                                                 {"kernels", options.kernels},
                                                                 {"aipp", options.aipp}}};
  std::vector<std::string> asked;
  for (const auto& [name, wanted] : sections) {
    if (wanted) asked.emplace_back(name);
  }
  if (asked.empty() || asked.size() == sections.size()) return;  // "all" asks for what there is
  page.row("note", fmt::format("--show {}: only models have that", fmt::join(asked, ",")),
           Tone::kWarning);
}

std::string sparkline(const std::vector<uint64_t>& bins, bool unicode) {
  constexpr std::array<std::string_view, 9> kBars = {" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
  constexpr std::array<std::string_view, 9> kPlain = {" ", ".", ":", "-", "=", "+", "*", "%", "#"};
  if (bins.empty()) return "";
  const uint64_t most = *std::max_element(bins.begin(), bins.end());
  std::string out;
  for (const uint64_t bin : bins) {
    // What is there at all is seen.
    const double share = most == 0 ? 0 : static_cast<double>(bin) / static_cast<double>(most);
    const auto level = bin == 0 ? size_t{0} : 1 + static_cast<size_t>(share * 7);
    out += (unicode ? kBars : kPlain).at(std::min<size_t>(level, 8));
  }
  return out;
}

void write_tensors_text(TextPage& page, const ir::TensorFile& file, const InspectOptions& options) {
  const ir::RunPlace place = place_of(file);
  page.line(fmt::format("{}: {}, {}", safe(file.file->path()), describe(file.kind),
                        human_bytes(file.file->size())),
            Tone::kHeading);
  identity(page, file, place);
  const std::vector<TensorRow> rows = tensor_rows(file, place, options, true);
  if (!file.tensors.empty()) {
    page.blank();
    tensor_table(page, rows, !options.op_globs.empty());
    // The bytes of an overflow record are fields, which the table below has.
    if (options.stats && file.kind != Kind::kDumpOpDebug) stats_table(page, rows);
    recorded(page, rows);
  }
  if (!file.records.empty()) page.blank();
  records(page, file);
  page.blank();
  overflow(page, file);
  message(page, file);
  note_sections(page, options);
  note_types(page, rows, options.stats);
  odd_lines(page, rows);
  write_problems(page, file.problems);
}

}  // namespace omscope::report
