#include <algorithm>
#include <map>
#include <tuple>

#include <fmt/format.h>

#include "omscope/core/text.h"
#include "omscope/formats/dump_folder.h"
#include "omscope/report/folder_table.h"
#include "omscope/report/inspect_text.h"
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

struct Seen {
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
  Seen seen;
  FolderTable table(folder.root, options, all);
  const FolderAccount account = visit(folder, {}, [&](const FolderFile& each) {
    auto lines = std::make_shared<std::vector<FolderLine>>();
    if (with_tensors) *lines = table.lines_of(each);
    const std::string overflow = overflow_text(*each.file);
    const bool failed = !each.file->message.empty() && each.file->kind == Kind::kDumpException;
    const std::string message =
        failed ? fmt::format("{}: {}", each.entry->path, split(each.file->message, '\n').front())
               : "";
    return [&seen, &table, lines, overflow, message] {
      table.add(std::move(*lines));
      if (!overflow.empty()) seen.overflows.push_back(overflow);
      if (!message.empty()) seen.messages.push_back(message);
    };
  });
  page.row(
      "read",
      fmt::format("{} with {}{}{}", counted(account.files, "file"), human_bytes(account.bytes),
                  account.damaged == 0 ? "" : fmt::format(", {} damaged", account.damaged),
                  account.others == 0 ? "" : fmt::format(", {} of other kinds", account.others)));
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
  // What matters comes first: the table may be longer than the page.
  list("overflow", seen.overflows);
  list("exception", seen.messages);
  if (with_tensors) table.write_odd(page);
  note_sections(page, options);
  if (with_tensors && table.empty()) {  // one line, which problems shall not push off the page
    page.blank();
    table.write(page);
  }
  write_problems(page, folder.problems);
  if (!with_tensors || table.empty()) return;
  page.blank();
  table.write(page);
}

}  // namespace omscope::report
