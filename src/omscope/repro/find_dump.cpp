#include "omscope/repro/find_dump.h"

#include <fmt/format.h>

#include "omscope/core/text.h"
#include "omscope/repro/repro_case.h"

namespace omscope::repro {
namespace {

Problem problem(const std::string& file, std::string what) {
  return {Severity::kError, Code::kBadUsage, file, std::nullopt, "--dump", std::move(what)};
}

Result<Input> opened(const std::string& path) {
  auto input = read_input(path);
  if (!input) return input;
  if (!input->tensors) return problem(path, "is no dump of tensors");
  input->tensors->place = place_of(*input->tensors);
  return input;
}

/// Exceptions are written under names without the op's, which only their header tells.
bool may_hold(const dump::FolderEntry& entry, const std::string& op) {
  if (entry.name.kind == dump::NameKind::kExceptionInfo) return true;
  if (entry.name.place.op.empty()) return false;
  return same_op(entry.name.place.op, op);
}

}  // namespace

Result<Input> find_dump(const std::string& path, const std::string& op) {
  auto input = read_input(path);
  if (!input) return input;
  if (!input->folder) return opened(path);
  if (op.empty()) return problem(path, "is a folder; say which op with --op");
  constexpr size_t kMostOpened = 1000;
  size_t count = 0;
  const std::vector<dump::FolderEntry>& entries = input->folder->entries;
  for (size_t i = entries.size(); i-- > 0 && count < kMostOpened;) {
    if (!may_hold(entries[i], op)) continue;
    ++count;
    auto dump = opened(entries[i].path);
    if (!dump || dump->tensors->tensors.empty()) continue;
    const std::string& place = dump->tensors->place.op;
    if (place.empty() || same_op(place, op)) return dump;
  }
  return problem(path, fmt::format("has no dump of op '{}'; 'omscope inspect' of the folder lists "
                                   "what it has",
                                   for_terminal(op)));
}

}  // namespace omscope::repro
