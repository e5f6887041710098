#include <algorithm>
#include <limits>
#include <map>
#include <tuple>

#include <fmt/format.h>

#include "omscope/core/text.h"
#include "omscope/formats/dump_folder.h"
#include "omscope/report/inspect_text.h"
#include "omscope/report/tensor_rows.h"
#include "omscope/report/tensor_text.h"

namespace omscope::report {
namespace {

using Rows = std::vector<std::vector<std::string>>;

struct Group {
  uint64_t files = 0;
  std::map<std::string, uint64_t> ops;
};
/// Device, model, step.
using Key = std::tuple<int64_t, std::string, int64_t>;

Key key_of(const ir::RunPlace& place) {
  std::string model = place.model;
  if (place.model_id) model += fmt::format("{}{}", model.empty() ? "id " : " id ", *place.model_id);
  return {place.device.value_or(-1), model, place.step.value_or(-1)};
}

std::string text_of(int64_t number) {
  return number < 0 ? "-" : std::to_string(number);
}

void groups(TextPage& page, const std::vector<const dump::FolderEntry*>& entries) {
  std::map<Key, Group> groups;
  for (const dump::FolderEntry* entry : entries) {
    Group& group = groups[key_of(entry->name.place)];
    ++group.files;
    if (!entry->name.place.op.empty()) ++group.ops[entry->name.place.op];
  }
  constexpr size_t kMost = 10;
  Rows table = {{"device", "model", "step", "files", "ops"}};
  for (const auto& [key, group] : groups) {
    const auto& [device, model, step] = key;
    if (table.size() > kMost && page.style().most_lines <= 1000) break;
    table.push_back({text_of(device), model.empty() ? "-" : for_terminal(model), text_of(step),
                     grouped(group.files), grouped(group.ops.size())});
  }
  page.table(table, {true, false, true, true, true});
  if (table.size() <= groups.size()) {
    page.line(fmt::format("  … {} more; --all shows them", groups.size() + 1 - table.size()),
              Tone::kDim);
  }
}

void kinds(TextPage& page, const std::vector<const dump::FolderEntry*>& entries) {
  std::map<std::string, uint64_t> types;
  std::map<std::string_view, uint64_t> names;
  for (const dump::FolderEntry* entry : entries) {
    if (!entry->name.place.op_type.empty()) ++types[entry->name.place.op_type];
    ++names[to_string(entry->name.kind)];
  }
  const auto list = [](const auto& census) {
    constexpr size_t kMost = 24;
    std::vector<std::pair<std::string, uint64_t>> order(census.begin(), census.end());
    std::stable_sort(order.begin(), order.end(),
                     [](const auto& a, const auto& b) { return a.second > b.second; });
    std::vector<std::string> parts;
    for (size_t i = 0; i < std::min(order.size(), kMost); ++i) {
      parts.push_back(fmt::format("{} {}", for_terminal(order[i].first), order[i].second));
    }
    if (order.size() > kMost) parts.push_back(fmt::format("… {} more", order.size() - kMost));
    return fmt::format("{}", fmt::join(parts, ", "));
  };
  if (!types.empty()) page.row("op types", list(types));
  if (!names.empty()) page.row("by name", list(names));
}

/// One line per tensor, for the ops that were asked for or the values that are wanted.
struct Line {
  std::vector<std::string> cells;
};

std::vector<Line> lines_of(const FolderFile& each, const InspectOptions& options) {
  std::vector<Line> lines;
  for (const TensorRow& row : tensor_rows(*each.file, each.place, options)) {
    Line line;
    line.cells = {
        for_terminal(row.place.op), for_terminal(row.tensor.name),
        row.tensor.dtype == DType::kUndefined ? "?"
                                              : std::string(omscope::to_string(row.tensor.dtype)),
        row.tensor.has_shape ? shape_text(row.tensor.shape) : "?", layout_text(row.tensor.format)};
    if (options.stats) {
      const bool there = row.stats && row.stats->finite() > 0;
      const auto value = [&](double number) {
        return there ? fmt::format("{:.6g}", number) : std::string("-");
      };
      const auto census = row.stats.value_or(numeric::Census{});
      line.cells.insert(line.cells.end(),
                        {value(census.min), value(census.max), value(census.mean),
                         grouped(census.nan), grouped(census.pos_inf + census.neg_inf)});
    }
    lines.push_back(std::move(line));
  }
  return lines;
}

struct Seen {
  std::vector<Line> lines;
  uint64_t tensors = 0;
  std::vector<std::string> overflows;
  std::vector<std::string> messages;
};

std::string overflow_text(const ir::TensorFile& file) {
  std::vector<std::string> parts;
  for (const OverflowMatch& match : match_overflow(file)) {
    const std::string op =
        match.op.empty()
            ? fmt::format("task {} of stream {}", match.task.value_or(0), match.stream.value_or(0))
            : fmt::format("op {} ({})", for_terminal(match.op), for_terminal(match.op_type));
    parts.push_back(fmt::format("{} in {}", match.unit, op));
  }
  return fmt::format("{}", fmt::join(parts, "; "));
}

}  // namespace

void write_folder_text(TextPage& page, dump::FolderIndex& folder, const InspectOptions& options) {
  constexpr size_t kFew = 20000;
  const bool all = page.style().most_lines > 1000;
  const auto entries = dump_entries(folder, {});
  const bool with_tensors = options.stats || !options.op_globs.empty() || options.io;
  page.line(fmt::format("{}: {}, {} in {}", for_terminal(folder.root), describe(Kind::kDumpFolder),
                        counted(entries.size(), "file"), counted(folder.folders, "folder")),
            Tone::kHeading);
  groups(page, entries);
  kinds(page, entries);
  if (entries.size() > kFew && !with_tensors && !all) {
    page.row("headers", "not read, there are many files; --all or --op reads them", Tone::kDim);
    return write_problems(page, folder.problems);
  }
  const uint64_t most = all ? std::numeric_limits<uint64_t>::max() : 200;
  Seen seen;
  const FolderAccount account = visit(folder, {}, [&](const FolderFile& each) {
    auto lines = std::make_shared<std::vector<Line>>();
    if (with_tensors) *lines = lines_of(each, options);
    const std::string overflow = overflow_text(*each.file);
    const bool failed = !each.file->message.empty() && each.file->kind == Kind::kDumpException;
    const std::string message =
        failed ? fmt::format("{}: {}", each.entry->path, split(each.file->message, '\n').front())
               : "";
    return [&seen, lines, overflow, message, most] {
      for (Line& line : *lines) {
        ++seen.tensors;
        if (seen.lines.size() < most) seen.lines.push_back(std::move(line));
      }
      if (!overflow.empty()) seen.overflows.push_back(overflow);
      if (!message.empty()) seen.messages.push_back(message);
    };
  });
  page.row(
      "read",
      fmt::format("{} with {}{}{}", counted(account.files, "file"), human_bytes(account.bytes),
                  account.damaged == 0 ? "" : fmt::format(", {} damaged", account.damaged),
                  account.others == 0 ? "" : fmt::format(", {} of other kinds", account.others)));
  if (with_tensors) {
    page.blank();
    Rows rows = {{"op", "tensor", "dtype", "shape", "layout"}};
    if (options.stats) rows[0].insert(rows[0].end(), {"min", "max", "mean", "NaN", "Inf"});
    for (const Line& line : seen.lines) rows.push_back(line.cells);
    page.table(rows, {false, false, false, false, false, true, true, true, true, true});
    if (seen.lines.size() < seen.tensors) page.leave_out(seen.tensors - seen.lines.size());
    page.blank();
  }
  constexpr size_t kMostOdd = 6;
  const auto list = [&](const char* label, const std::vector<std::string>& texts) {
    for (size_t i = 0; i < texts.size(); ++i) {
      if (i == kMostOdd && !all) {
        page.row("", fmt::format("… {} more; --all shows them", texts.size() - i), Tone::kDim);
        return;
      }
      page.row(i == 0 ? label : "", for_terminal(texts[i]), Tone::kError);
    }
  };
  list("overflow", seen.overflows);
  list("exception", seen.messages);
  write_problems(page, folder.problems);
}

}  // namespace omscope::report
