#include "omscope/formats/dump_folder.h"

#include <algorithm>
#include <filesystem>
#include <tuple>

#include <tbb/parallel_for.h>

#include "omscope/core/text.h"
#include "omscope/formats/dump/overflow.h"
#include "omscope/tensor/check_shape.h"

namespace omscope {
namespace {

namespace fs = std::filesystem;
using dump::NameKind;

/// A damaged dump may be beyond recognition; its name then tells that it was to be one.
bool is_named_as_dump(const dump::FolderEntry& entry) {
  const std::string_view path = entry.path;
  if (path.ends_with(".npy") || path.ends_with(".npz") || path.ends_with(".pt")) return true;
  switch (entry.name.kind) {
    case NameKind::kStandard:
    case NameKind::kFftsPlus:
    case NameKind::kOverflow:
    case NameKind::kExceptionInfo:
    case NameKind::kCore:
    case NameKind::kKernelData: return true;
    default: return false;
  }
}

struct Looked {
  FolderFile file;
  std::function<void()> rest;
  std::vector<Problem> problems;
  uint64_t size = 0;
  ByteMap::Account account;
  bool seen = false;
  bool damaged = false;
};

Looked look_at(const dump::FolderEntry& entry, const Look& look) {
  Looked out;
  out.file = open_entry(entry);
  if (out.file.problem) {
    out.problems.push_back(*out.file.problem);
    out.damaged = out.file.problem->severity == Severity::kError;
  }
  if (!out.file.file) return out;
  out.seen = true;
  tensor::check_origin_shapes(*out.file.file);
  out.rest = look(out.file);
  out.size = out.file.file->file->size();
  out.account = out.file.file->account;
  out.problems = out.file.file->problems.list();
  out.damaged = out.file.file->problems.has_error();
  out.file.file.reset();
  return out;
}

struct Candidate {
  std::string time;
  dump::FileName name;
  std::string file;
};

bool agrees(std::optional<uint64_t> wanted, std::optional<int64_t> told) {
  constexpr uint64_t kNotSet = 65535;
  return !wanted || *wanted == kNotSet || !told || static_cast<uint64_t>(*told) == *wanted;
}

std::optional<Candidate> find_dump(const std::string& record_path,
                                   const dump::OverflowRecord& record) {
  std::optional<Candidate> best;
  std::error_code failed;
  fs::path folder = fs::path(record_path).parent_path();
  if (folder.empty()) folder = ".";
  const auto task = record.field("task_id");
  const auto stream = record.field("stream_id");
  for (fs::directory_iterator at(folder, failed), end; !failed && at != end; at.increment(failed)) {
    Candidate each;
    each.file = at->path().filename().string();
    each.name = dump::parse_file_name(each.file);
    const ir::RunPlace& place = each.name.place;
    const bool dump =
        each.name.kind == NameKind::kStandard || each.name.kind == NameKind::kFftsPlus;
    if (!dump || !task || !stream || !place.task_id || !place.stream_id) continue;
    if (!agrees(task, place.task_id) || !agrees(stream, place.stream_id)) continue;
    if (!agrees(record.field("context_id"), place.context_id)) continue;
    if (!agrees(record.field("thread_id"), place.thread_id)) continue;
    each.time = place.time;
    const auto order = [](const Candidate& c) { return std::tie(c.time, c.file); };
    if (!best || order(each) < order(*best)) best = std::move(each);
  }
  return best;
}

/// Names of files have "_" for "/"; the header has the op's own name.
ir::RunPlace place_in_header(const std::string& record_path, const Candidate& dump) {
  const fs::path path = fs::path(record_path).parent_path() / dump.file;
  const auto file = FileBytes::open(path.string());
  if (!file) return dump.name.place;
  const Input input = read_input(*file);
  return input.tensors ? place_of(*input.tensors, dump.name) : dump.name.place;
}

/// An array file has one tensor and no name for it; in a folder that of the file tells which one of
/// its op it is.
void name_by_file(const dump::FolderEntry& entry, ir::TensorFile& file) {
  const bool array = file.kind == Kind::kNpy || file.kind == Kind::kPt;
  if (!array || file.tensors.size() != 1 || file.tensors[0].name != "output:0") return;
  if (!entry.name.tensor.empty()) file.tensors[0].name = as_utf8(entry.name.tensor);
}

}  // namespace

FolderFile open_entry(const dump::FolderEntry& entry) {
  FolderFile out;
  out.entry = &entry;
  const auto file = FileBytes::open(entry.path);  // an entry is no folder
  if (!file) {
    out.problem = file.error();
    return out;
  }
  Input input = read_input(*file);
  if (input.tensors) {
    out.file = std::move(input.tensors);
    name_by_file(entry, *out.file);
    out.place = place_of(*out.file, entry.name);
  } else if (is_named_as_dump(entry) && input.model) {
    const auto& list = input.model->problems.list();
    const std::string why = list.empty() ? "holds no dump" : list.front().message;
    out.problem = Problem{Severity::kError,
                          Code::kUnknownKind,
                          entry.path,
                          std::nullopt,
                          "",
                          "is named as a dump: " + why};
  }
  return out;
}

std::vector<const dump::FolderEntry*> dump_entries(const dump::FolderIndex& folder,
                                                   const Wanted& wanted) {
  std::vector<const dump::FolderEntry*> entries;
  for (const dump::FolderEntry& entry : folder.entries) {
    if (entry.name.kind == NameKind::kMapping || entry.name.kind == NameKind::kDescription) {
      continue;
    }
    if (!wanted || wanted(entry)) entries.push_back(&entry);
  }
  return entries;
}

FolderAccount visit(dump::FolderIndex& folder, const Wanted& wanted, const Look& look) {
  constexpr size_t kBatch = 256;  // files that are mapped at the same time
  FolderAccount account;
  const auto entries = dump_entries(folder, wanted);
  std::vector<Looked> batch;
  for (size_t begin = 0; begin < entries.size(); begin += kBatch) {
    const size_t count = std::min(kBatch, entries.size() - begin);
    batch.clear();
    batch.resize(count);
    tbb::parallel_for(size_t{0}, count,
                      [&](size_t i) { batch[i] = look_at(*entries[begin + i], look); });
    for (Looked& each : batch) {
      if (each.rest) each.rest();
      (each.seen || each.damaged ? account.files : account.others) += 1;
      account.damaged += each.damaged ? 1 : 0;
      account.bytes += each.size;
      account.accounted += each.account.accounted;
      account.unknown += each.account.unknown;
      for (Problem& problem : each.problems) folder.problems.add(std::move(problem));
    }
  }
  return account;
}

std::vector<OverflowMatch> match_overflow(const ir::TensorFile& record) {
  std::vector<OverflowMatch> matches;
  if (record.kind != Kind::kDumpOpDebug) return matches;
  const auto output =
      std::find_if(record.tensors.begin(), record.tensors.end(),
                   [](const ir::StoredTensor& each) { return each.name.starts_with("output:"); });
  if (output == record.tensors.end()) return matches;
  Problems told_already("");
  for (const auto& each : dump::overflow_records(output->bytes, output->offset, told_already)) {
    OverflowMatch match{
        each.unit, each.field("task_id"), each.field("stream_id"), each.meaning(), "", "", ""};
    if (const auto found = find_dump(record.file->path(), each)) {
      const ir::RunPlace place = place_in_header(record.file->path(), *found);
      match.op = place.op;
      match.op_type = place.op_type;
      match.file = found->file;
    }
    matches.push_back(std::move(match));
  }
  return matches;
}

}  // namespace omscope
