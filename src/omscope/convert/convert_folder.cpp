#include <algorithm>
#include <atomic>
#include <filesystem>
#include <map>
#include <span>

#include <fmt/format.h>
#include <tbb/parallel_for.h>

#include "omscope/convert/file_plan.h"
#include "omscope/core/text.h"
#include "omscope/formats/dump/ffts.h"
#include "omscope/formats/dump_folder.h"

namespace omscope::convert {
namespace {

namespace fs = std::filesystem;
using dump::FolderEntry;
using dump::NameKind;

/// What becomes one set of results: a file, or the dumps of all threads of an op.
struct Unit {
  std::vector<const FolderEntry*> entries;
  std::vector<FolderFile> files;
  std::unique_ptr<ir::TensorFile> joined;
  std::vector<FilePlan> plans;
  size_t written = 0;
};

std::string thread_set(const FolderEntry& entry) {
  const ir::RunPlace& place = entry.name.place;
  return fmt::format("{}\n{}\n{}\n{}\n{}\n{}\n{}", fs::path(entry.path).parent_path().string(),
                     place.op_type, place.op, place.task_id.value_or(-1),
                     place.stream_id.value_or(-1), place.context_id.value_or(-1), place.time);
}

std::vector<Unit> make_units(const std::vector<const FolderEntry*>& entries) {
  std::vector<Unit> units;
  std::map<std::string, size_t> sets;
  for (const FolderEntry* entry : entries) {
    if (entry->name.kind == NameKind::kFftsPlus) {
      const auto [set, added] = sets.try_emplace(thread_set(*entry), units.size());
      if (!added) {
        units[set->second].entries.push_back(entry);
        continue;
      }
    }
    units.emplace_back().entries.push_back(entry);
  }
  return units;
}

/// Names of files, those that stand for longer ones replaced by them.
class Names {
 public:
  std::string of(const FolderEntry& entry, Naming naming) {
    const fs::path path(entry.path);
    const std::string last = path.filename().string();
    if (entry.stored.empty() || naming == Naming::kMsaccucmp) return last;
    const std::string folder = path.parent_path().string();
    auto known = mappings_.find(folder);
    if (known == mappings_.end()) {
      dump::NameMapping mapping;
      if (const auto file = FileBytes::open((path.parent_path() / "mapping.csv").string())) {
        mapping = dump::parse_mapping(as_text((*file)->bytes()));
      }
      known = mappings_.emplace(folder, std::move(mapping)).first;
    }
    const auto found = known->second.find(last);
    return found == known->second.end() ? last : found->second;
  }

 private:
  std::map<std::string, dump::NameMapping> mappings_;
};

/// "Relu.relu1.1.2.17…" of "Relu.relu1_lxslice0.1.2.17….4.9.0.0".
std::string set_name(const std::string& name) {
  constexpr int kThreadParts = 4;
  std::string out = name;
  for (int i = 0; i < kThreadParts && out.rfind('.') != std::string::npos; ++i) {
    out.erase(out.rfind('.'));
  }
  const size_t slice = out.find("_lxslice");
  if (slice == std::string::npos) return out;
  return out.substr(0, slice) + out.substr(std::min(out.find('.', slice), out.size()));
}

void open_unit(Unit& unit) {
  for (const FolderEntry* entry : unit.entries) unit.files.push_back(open_entry(*entry));
  if (unit.entries.front()->name.kind != NameKind::kFftsPlus) return;
  std::vector<const ir::TensorFile*> threads;
  for (FolderFile& each : unit.files) {
    if (!each.file || !dump::is_thread_slice(*each.file)) return;
    each.file->place.thread_id = each.place.thread_id;
    threads.push_back(each.file.get());
  }
  unit.joined = dump::join_threads(threads);
}

/// One folder of the output for each of the input.
class Folders {
 public:
  Folders(std::string input, const TensorOptions& options)
      : input_(std::move(input)), options_(options) {}

  Result<OutputFolder*> of(const std::string& file) {
    const fs::path below = fs::path(file).parent_path().lexically_relative(input_);
    fs::path target = options_.output;
    for (const fs::path& part : below) {
      if (!part.empty() && part != ".") target /= safe_file_name(part.string(), "");
    }
    auto known = folders_.find(target.string());
    if (known == folders_.end()) {
      auto made = OutputFolder::create(target.string(), options_.force);
      if (!made) return made.error();
      known = folders_.emplace(target.string(), std::move(*made)).first;
    }
    return &known->second;
  }

  void finish(TensorResults& result) {
    for (auto& [path, folder] : folders_) {
      const auto finished = folder.finish(result.problems);
      if (finished) {
        result.files += *finished;
      } else {
        result.problems.push_back(finished.error());
      }
    }
  }

 private:
  fs::path input_;
  const TensorOptions& options_;
  std::map<std::string, OutputFolder> folders_;
};

class FolderConverter {
 public:
  FolderConverter(const dump::FolderIndex& folder, const TensorOptions& options)
      : folder_(folder), options_(options), folders_(folder.root, options) {}

  TensorResults run() {
    constexpr size_t kBatch = 64;
    for (const Problem& problem : folder_.problems.list()) result_.problems.push_back(problem);
    std::vector<Unit> units = make_units(dump_entries(folder_, {}));
    total_ = units.size();
    for (size_t begin = 0; begin < units.size(); begin += kBatch) {
      run(std::span(units).subspan(begin, std::min(kBatch, units.size() - begin)));
    }
    folders_.finish(result_);
    remarks_.tell(folder_.root, result_.problems);
    if (!met_.empty()) tell_unmet(met_, folder_.root, options_, result_.problems);
    const bool failed =
        std::any_of(result_.problems.begin(), result_.problems.end(),
                    [](const Problem& problem) { return problem.severity == Severity::kError; });
    if (result_.files == 0 && !failed) {
      result_.problems.push_back({Severity::kError, Code::kBadUsage, folder_.root, std::nullopt, "",
                                  "holds no tensor that was asked for; inspect lists them"});
    }
    return std::move(result_);
  }

 private:
  void run(std::span<Unit> units) {
    tbb::parallel_for(size_t{0}, units.size(), [&](size_t i) {
      open_unit(units[i]);
      plan(units[i]);
    });
    // Names are given in order, so that they do not depend on threads.
    for (Unit& unit : units) place(unit);
    tbb::parallel_for(size_t{0}, units.size(), [&](size_t i) {
      for (FilePlan& plan : units[i].plans) units[i].written += write_plan(plan, options_, {});
      if (options_.progress) options_.progress(++done_, total_);
    });
    for (Unit& unit : units) collect(unit);
  }

  void plan(Unit& unit) {
    const bool whole = unit.joined && !unit.joined->problems.has_error();
    if (whole) {
      unit.plans.push_back(plan_file(*unit.joined, "", options_, false));
      return;
    }
    for (const FolderFile& each : unit.files) {
      if (each.file) unit.plans.push_back(plan_file(*each.file, "", options_, false));
    }
  }

  void place(Unit& unit) {
    size_t next = 0;
    for (const FolderFile& each : unit.files) {
      if (!each.file || next >= unit.plans.size()) continue;
      FilePlan& plan = unit.plans[next++];
      plan.name = names_.of(*each.entry, options_.naming);
      if (plan.file == unit.joined.get()) plan.name = set_name(plan.name);
      if (result_count(plan) == 0) continue;
      const auto folder = folders_.of(each.entry->path);
      if (folder) {
        place_in(**folder, plan, options_);
      } else {
        plan.problems.push_back(folder.error());
      }
    }
  }

  void collect(Unit& unit) {
    const auto keep = [&](const std::vector<Problem>& list) {
      for (const Problem& problem : list) {
        if (problem.severity != Severity::kInfo) result_.problems.push_back(problem);
      }
    };
    for (const FolderFile& each : unit.files) {
      if (each.problem) result_.problems.push_back(*each.problem);
      if (each.file) keep(each.file->problems.list());
    }
    if (unit.joined) keep(unit.joined->problems.list());
    for (FilePlan& plan : unit.plans) {
      keep(plan.problems);
      met_.insert(plan.met.begin(), plan.met.end());
      remarks_.merge(plan.remarks, fs::path(plan.file->file->path()).filename().string());
    }
    result_.files += unit.written;
    unit = Unit{};
  }

  const dump::FolderIndex& folder_;
  const TensorOptions& options_;
  Folders folders_;
  Names names_;
  Remarks remarks_;
  std::set<size_t> met_;
  TensorResults result_;
  std::atomic<uint64_t> done_ = 0;
  uint64_t total_ = 0;
};

}  // namespace

TensorResults convert_folder(const dump::FolderIndex& folder, const TensorOptions& options) {
  return FolderConverter(folder, options).run();
}

}  // namespace omscope::convert
