#include "omscope/compare/collect_side.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <tuple>

#include <fmt/format.h>
#include <tbb/parallel_for.h>

#include "omscope/compare/baseline.h"
#include "omscope/formats/dump/ffts.h"
#include "omscope/formats/dump/name_parts.h"
#include "omscope/formats/dump_folder.h"

namespace omscope::compare {
namespace {

namespace fs = std::filesystem;
using dump::NameKind;
using TensorFilePtr = std::shared_ptr<const ir::TensorFile>;

/// Files that stay open while others are looked at; a process may map some 65 000.
constexpr size_t kMostOpen = 24000;

constexpr std::string_view kTableReason =
    "is a table of statistics without the values; name that file itself to compare it";

std::string stem_of(const std::string& path) {
  std::string name = fs::path(path).filename().string();
  const std::string_view suffix = dump::tensor_suffix(name);
  if (!suffix.empty() && suffix.size() < name.size()) name.resize(name.size() - suffix.size());
  return name;
}

bool is_array_file(Kind kind) {
  return kind == Kind::kNpy || kind == Kind::kNpz || kind == Kind::kPt || kind == Kind::kTensorPb;
}

/// Readers call arrays without a name of their own "output:0", "output:1", or "input:0" by the name
/// of their file.
bool is_numbered(const std::string& name) {
  const size_t colon = name.find(':');
  return (name.starts_with("output:") || name.starts_with("input:")) &&
         is_digits(name.substr(colon + 1));
}

std::string why_set_aside(Kind kind, const std::string& slot, bool in_folder) {
  if (slot.starts_with("buffer:") || slot.starts_with("space:")) {
    return "is working memory of an op, no tensor of the network";
  }
  if (kind == Kind::kDumpOpDebug) return "is the record of an overflow, no tensor of the network";
  if (kind == Kind::kCore || kind == Kind::kKernelData) {
    return "comes from a core or printf file, which holds no tensors of the network";
  }
  if ((kind == Kind::kStatsCsv || kind == Kind::kStatsRaw) && in_folder) {
    return std::string(kTableReason);
  }
  if (kind == Kind::kDumpException && in_folder) {
    return "comes from the exception dump of an op that failed; name that file itself to compare "
           "it";
  }
  return {};
}

/// "conv1.0.npy" is the first output of conv1; without a number the name is all there is.
void name_by_file(Tensor& out, const std::string& stem) {
  const size_t dot = stem.rfind('.');
  out.op = stem;
  out.slot.clear();
  if (dot == std::string::npos || dot == 0 || !is_digits(stem.substr(dot + 1))) return;
  out.op = stem.substr(0, dot);
  out.slot = "output:" + stem.substr(dot + 1);
  out.sanitised = true;
}

/// What a file's name and headers say of one of its tensors.
Tensor make_tensor(const ir::TensorFile& content, const ir::StoredTensor& stored,
                   const ir::RunPlace& place, const dump::FileName& name, const std::string& path) {
  Tensor out;
  out.place = place;
  out.op_type = place.op_type;
  out.slot = stored.name;
  out.header = stored;
  out.header.bytes = {};
  const bool array = is_array_file(content.kind);
  const bool alone = content.tensors.size() == 1;
  if (!stored.op.empty()) {
    out.op = stored.op;
  } else if (name.kind == NameKind::kTensor && array) {
    out.test_data = alone;  // else a sequence
    out.op = is_numbered(stored.name) || !alone ? stem_of(path) : stored.name;
    if (alone) out.slot = name.tensor;
  } else if (!place.op.empty() && (!array || !name.tensor.empty())) {
    out.op = place.op;
    out.sanitised = content.place.op.empty() && name.op_ambiguous;
    if (array && alone) out.slot = name.tensor;
  } else if (array && !is_numbered(stored.name)) {
    out.op = stored.name;
    out.slot.clear();
  } else if (array && alone) {
    name_by_file(out, stem_of(path));
  } else {
    out.op = stem_of(path);
  }
  if (out.header.dtype == DType::kUndefined) out.header.dtype = name.dtype;
  if (!out.header.format.known() && !name.format.empty()) {
    out.header.format = layout_from_text(name.format);
  }
  return out;
}

struct Opened {
  SideFile file;
  std::vector<Tensor> tensors;
  std::vector<Problem> problems;
};

void take(Opened& out, const TensorFilePtr& content, const ir::RunPlace& place,
          const dump::FileName& name, const std::string& folder, bool in_folder) {
  for (size_t i = 0; i < content->tensors.size(); ++i) {
    Tensor tensor = make_tensor(*content, content->tensors[i], place, name, out.file.path);
    tensor.index = static_cast<uint32_t>(i);
    tensor.folder = folder;
    tensor.set_aside = why_set_aside(content->kind, tensor.slot, in_folder);
    out.tensors.push_back(std::move(tensor));
  }
  for (const Problem& problem : content->problems.list()) out.problems.push_back(problem);
  // What was unpacked takes memory: such files are read again, unless that is done many times.
  constexpr size_t kFew = 4;
  const bool cheap = content->owners.empty() || content->tensors.size() > kFew;
  if (cheap) out.file.open = content;
}

std::string folder_of(const std::string& root, const std::string& path) {
  const std::string parent = fs::path(path).parent_path().string();
  if (parent.size() <= root.size()) return {};
  return parent.substr(root.size() + (root.ends_with('/') ? 0 : 1));
}

Opened open_one(const dump::FolderEntry& entry, const std::string& root) {
  Opened out;
  out.file.path = entry.path;
  out.file.entries = {&entry};
  FolderFile opened = open_entry(entry);
  if (opened.problem) out.problems.push_back(*opened.problem);
  if (!opened.file) return out;
  const TensorFilePtr content = std::move(opened.file);
  take(out, content, opened.place, entry.name, folder_of(root, entry.path), true);
  return out;
}

/// Dumps of the threads of one op, by op and run.
using Threads = std::map<std::tuple<std::string, std::string, int64_t, std::string>,
                         std::vector<const dump::FolderEntry*>>;

std::unique_ptr<ir::TensorFile> join(const std::vector<const dump::FolderEntry*>& entries) {
  std::vector<FolderFile> opened;
  std::vector<const ir::TensorFile*> parts;
  for (const auto* entry : entries) {
    FolderFile file = open_entry(*entry);
    if (!file.file) return nullptr;
    file.file->place = file.place;
    opened.push_back(std::move(file));
  }
  for (const FolderFile& file : opened) {
    if (!dump::is_thread_slice(*file.file)) return nullptr;
    parts.push_back(file.file.get());
  }
  return dump::join_threads(parts);
}

/// Threads of one op as one tensor; on their own, where they cannot be joined.
std::vector<Opened> open_threads(const std::vector<const dump::FolderEntry*>& entries,
                                 const std::string& root) {
  std::vector<Opened> out(1);
  if (TensorFilePtr joined = join(entries)) {
    const dump::FolderEntry& first = *entries.front();
    ir::RunPlace place = first.name.place;
    if (!joined->place.op.empty()) place.op = joined->place.op;
    place.thread_id.reset();
    out[0].file.path = first.path;
    out[0].file.entries = entries;
    take(out[0], joined, place, first.name, folder_of(root, first.path), true);
    out[0].file.open.reset();
    return out;
  }
  out.clear();
  for (const auto* entry : entries) out.push_back(open_one(*entry, root));
  return out;
}

void add(Side& side, Opened opened) {
  for (Problem& problem : opened.problems) side.problems.add(std::move(problem));
  if (opened.tensors.empty()) return;
  const auto number = static_cast<uint32_t>(side.files.size());
  if (number >= kMostOpen) opened.file.open.reset();
  side.files.push_back(std::move(opened.file));
  for (Tensor& tensor : opened.tensors) {
    tensor.file = number;
    side.tensors.push_back(std::move(tensor));
  }
}

/// Beside values, tables tell nothing new; where there is nothing else they are what there is to
/// compare.
void keep_tables_alone(Side& side) {
  const bool alone =
      std::all_of(side.tensors.begin(), side.tensors.end(),
                  [](const Tensor& tensor) { return tensor.set_aside == kTableReason; });
  if (!alone) return;
  for (Tensor& tensor : side.tensors) tensor.set_aside.clear();
}

void collect_folder(Side& side) {
  for (const Problem& problem : side.folder->problems.list()) side.problems.add(problem);
  std::vector<const dump::FolderEntry*> single;
  Threads threads;
  for (const auto* entry : dump_entries(*side.folder, {})) {
    const ir::RunPlace& place = entry->name.place;
    if (entry->name.kind == NameKind::kFftsPlus) {
      threads[{folder_of(side.path, entry->path), place.op_type + "." + place.op,
               place.task_id.value_or(-1), ""}]
          .push_back(entry);
    } else {
      single.push_back(entry);
    }
  }
  side.files.reserve(single.size());
  side.tensors.reserve(single.size());
  constexpr size_t kBatch = 4096;  // bounds what is open before it is decided what stays so
  for (size_t begin = 0; begin < single.size(); begin += kBatch) {
    std::vector<Opened> batch(std::min(kBatch, single.size() - begin));
    tbb::parallel_for(size_t{0}, batch.size(),
                      [&](size_t i) { batch[i] = open_one(*single[begin + i], side.path); });
    for (Opened& opened : batch) add(side, std::move(opened));
  }
  for (const auto& [key, entries] : threads) {
    for (Opened& opened : open_threads(entries, side.path)) add(side, std::move(opened));
  }
  keep_tables_alone(side);
}

void collect_file(Side& side, std::unique_ptr<ir::TensorFile> file) {
  Opened opened;
  opened.file.path = side.path;
  const ir::RunPlace place = place_of(*file);
  const TensorFilePtr content = std::move(file);
  take(opened, content, place, dump::parse_file_name(fs::path(side.path).filename().string()), "",
       false);
  opened.file.open = content;
  add(side, std::move(opened));
}

/// The places of a baseline's tensors in the run that it was saved from.
void recall_places(Side& side, const FileBytes& file) {
  Problems already_told(side.path);
  auto baseline = std::make_shared<Baseline>();
  static_cast<tensorfile::BaselineFile&>(*baseline) =
      tensorfile::parse_baseline(file, already_told);
  for (Tensor& tensor : side.tensors) {
    const tensorfile::BaselineTensor& kept = baseline->tensors.at(tensor.index);
    tensor.op_type = kept.op_type;
    tensor.slot = kept.tensor;
    tensor.sanitised = kept.from_file_name;
    tensor.test_data = kept.test_data;
    tensor.folder = kept.folder;
    tensor.place.model = kept.model;
    tensor.place.step = dump::number_in(kept.step);
    tensor.place.rank = dump::number_in(kept.rank);
    tensor.place.device = dump::number_in(kept.device);
  }
  side.baseline = std::move(baseline);
}

}  // namespace

Side collect_side(const std::string& path) {
  Side side(path);
  auto input = read_input(path);
  if (!input) {
    side.problems.add(input.error());
    return side;
  }
  side.kind = input->kind();
  if (input->folder) {
    side.folder = std::move(input->folder);
    collect_folder(side);
  } else if (input->tensors) {
    const std::shared_ptr<const FileBytes> file = input->tensors->file;
    collect_file(side, std::move(input->tensors));
    if (side.kind == Kind::kBaseline) recall_places(side, *file);
  } else {
    for (const Problem& problem : input->problems().list()) side.problems.add(problem);
    if (!input->problems().has_error()) {
      side.problems.error(Code::kBadUsage, std::nullopt, "",
                          fmt::format("is a {} and holds no tensors of a run; give dumps or tensor "
                                      "files, and a model with --model",
                                      omscope::describe(side.kind)));
    }
  }
  return side;
}

std::shared_ptr<const ir::TensorFile> open_file(const SideFile& file) {
  if (file.open) return file.open;
  if (file.entries.size() > 1) return join(file.entries);
  if (file.entries.size() == 1) return open_entry(*file.entries.front()).file;
  auto input = read_input(file.path);
  if (!input) return nullptr;
  return std::move(input->tensors);
}

SideTensor describe(const Side& side, const Tensor& tensor) {
  SideTensor out;
  if (tensor.file < side.files.size()) out.file = side.files[tensor.file].path;
  out.tensor = tensor.slot.empty() ? tensor.op : tensor.slot;
  if (tensor.header.dtype != DType::kUndefined) out.dtype = to_string(tensor.header.dtype);
  out.shape = tensor.header.shape;
  out.format = tensor.header.format.base;
  return out;
}

std::string label(const Tensor& tensor) {
  return tensor.slot.empty() ? tensor.op : fmt::format("{} of {}", tensor.slot, tensor.op);
}

}  // namespace omscope::compare
