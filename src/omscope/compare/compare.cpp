#include "omscope/compare/compare.h"

#include <algorithm>
#include <atomic>
#include <limits>
#include <map>
#include <mutex>
#include <numeric>
#include <set>
#include <tuple>

#include <fmt/format.h>
#include <tbb/parallel_for.h>
#include <tbb/parallel_invoke.h>

#include "omscope/compare/advice.h"
#include "omscope/compare/compare_pair.h"
#include "omscope/compare/policy_file.h"
#include "omscope/compare/save_baseline.h"
#include "omscope/compare/verdict.h"
#include "omscope/compare/where_it_starts.h"
#include "omscope/core/replace_file.h"
#include "omscope/core/text.h"
#include "omscope/formats/read_model.h"

namespace omscope::compare {
namespace {

/// A model and the map made of it, which refers to it.
struct Mapped {
  std::unique_ptr<ir::Model> model;
  std::unique_ptr<ModelMap> map;
};

Mapped read_map(const std::string& path, bool onnx, Problems& problems) {
  Mapped out;
  if (path.empty()) return out;
  auto read = read_model(path);
  if (!read) {
    problems.add(read.error());
    return out;
  }
  for (const Problem& problem : read->model->problems.list()) problems.add(problem);
  if (read->model->kind == Kind::kUnknown) return out;
  if (onnx && read->model->kind != Kind::kOnnx) {
    problems.add({Severity::kError, Code::kBadUsage, path, std::nullopt, "--onnx",
                  fmt::format("is a {}; give it with --model", describe(read->model->kind))});
    return out;
  }
  out.model = std::move(read->model);
  out.map = std::make_unique<ModelMap>(*out.model);
  return out;
}

bool wanted(const Options& options, const std::string& op, const std::string& slot) {
  return options.filters.empty() ||
         std::any_of(options.filters.begin(), options.filters.end(), [&](const std::string& glob) {
           return glob_match(glob, op) || glob_match(glob, op + ":" + slot);
         });
}

/// Without a model: the place of an op's dump among all, by task and time.
std::map<std::string, uint64_t> order_by_time(const Side& run) {
  std::map<std::tuple<std::string, int64_t, std::string>, std::string> sorted;
  for (const Tensor& tensor : run.tensors) {
    if (tensor.place.time.empty() || !tensor.place.task_id || !tensor.set_aside.empty()) continue;
    sorted.try_emplace({tensor.place.time, *tensor.place.task_id, tensor.op}, tensor.op);
  }
  std::map<std::string, uint64_t> order;
  for (const auto& [key, op] : sorted) order.try_emplace(op, order.size());
  return order;
}

class Comparison {
 public:
  explicit Comparison(const Options& options) : options_(options), policy_(options.preset) {
    result_.run = options.run;
    result_.golden = options.golden;
    result_.model = options.model.empty() ? options.onnx : options.model;
  }

  Result run() {
    const bool ready = prepare();
    Side run(options_.run);
    Side golden(options_.golden);
    tbb::parallel_invoke([&] { run = collect_side(options_.run); },
                         [&] { golden = collect_side(options_.golden); });
    for (const Side* side : {&run, &golden}) {
      for (const Problem& problem : side->problems.list()) result_.problems.add(problem);
    }
    policy_.describe(result_);
    note_damage();
    if (!options_.save_baseline.empty()) save(run, golden);
    if (ready) {
      compare_sides(run, golden);
    } else {
      conclude(result_, options_.strict, {});
      result_.why = result_.damaged.empty()
                        ? "an input could not be used"
                        : result_.damaged.front() + " could not be used; the errors say why";
    }
    tbb::parallel_invoke([&] { run = Side(""); }, [&] { golden = Side(""); });  // many small pieces
    return std::move(result_);
  }

 private:
  /// Of the inputs: what could not be written later is no matter of the verdict.
  void note_damage() {
    for (const Problem& problem : result_.problems.list()) {
      if (problem.severity != Severity::kError) continue;
      auto& files = result_.damaged;
      const bool known = std::find(files.begin(), files.end(), problem.file) != files.end();
      if (!known && !problem.file.empty()) files.push_back(problem.file);
    }
  }

  /// Found when the payloads were read.
  void report_damaged() {
    std::set<std::string> told;
    for (const Pair& pair : result_.pairs) {
      if (pair.damaged.empty() || !told.insert(pair.damaged).second) continue;
      result_.problems.add(
          {Severity::kError, Code::kBadArchive, pair.damaged, std::nullopt, for_terminal(pair.op),
           "the CRC-32 in the archive does not fit the bytes; get the file again"});
    }
    if (!told.empty()) note_damage();
  }

  bool is_input(const Side& run, const Side& golden, const std::string& path) const {
    for (const std::string* input : {&options_.run, &options_.golden, &options_.model,
                                     &options_.onnx, &options_.mapping, &options_.policy}) {
      if (is_same_file(*input, path)) return true;
    }
    for (const Side* side : {&run, &golden}) {
      for (const SideFile& file : side->files) {
        if (is_same_file(file.path, path)) return true;
      }
    }
    return false;
  }

  /// Empty: it can be written.
  std::string why_not_saved(const Side& run, const Side& golden) const {
    if (is_input(run, golden, options_.save_baseline)) {
      return "is one of the inputs, which are never written; name another file";
    }
    for (const Side* side : {&run, &golden}) {
      if (!side->is_folder() || !is_inside(options_.save_baseline, side->path)) continue;
      return fmt::format(
          "lies inside of {}, whose files are what is compared; name a file elsewhere", side->path);
    }
    return golden.problems.has_error() ? std::string(kGoldenDamaged) : std::string();
  }

  void save(const Side& run, const Side& golden) {
    if (std::string why = why_not_saved(run, golden); !why.empty()) {
      result_.problems.add({Severity::kError, Code::kCannotWrite, options_.save_baseline,
                            std::nullopt, "--save-baseline", std::move(why)});
      return;
    }
    Problems problems(options_.golden);
    const Baseline baseline = make_baseline(golden, {}, problems);
    for (const Problem& problem : problems.list()) result_.problems.add(problem);
    if (baseline.tensors.empty()) return;
    if (const auto saved = compare::save_baseline(options_.save_baseline, baseline); !saved) {
      result_.problems.add(saved.error());
    }
  }

  /// False: what the user asked for cannot be done, so nothing is compared.
  bool prepare() {
    model_ = read_map(options_.model, false, result_.problems);
    onnx_ = read_map(options_.onnx, true, result_.problems);
    const bool model_is_onnx = model_.map && model_.map->is_onnx();
    guide_.model = model_is_onnx ? nullptr : model_.map.get();
    guide_.onnx = onnx_.map ? onnx_.map.get() : model_is_onnx ? model_.map.get() : nullptr;
    bool ready = (options_.model.empty() || model_.map) && (options_.onnx.empty() || onnx_.map);
    if (!options_.mapping.empty()) {
      auto pairs = read_name_pairs(options_.mapping);
      if (pairs) {
        guide_.mapping = std::move(*pairs);
      } else {
        result_.problems.add(pairs.error());
        ready = false;
      }
    }
    if (!options_.policy.empty()) {
      auto policy = read_policy(options_.policy);
      if (policy) {
        policy_.add(std::move(*policy));
      } else {
        result_.problems.add(policy.error());
        ready = false;
      }
    }
    policy_.add_command_line(options_.rtol, options_.atol);
    return ready;
  }

  void compare_sides(const Side& run, const Side& golden) {
    Pairing pairing = pair_tensors(run, golden, guide_);
    std::erase_if(pairing.pairs, [&](const PairPlan& plan) {
      const Tensor& mine = run.tensors[plan.run];
      const Tensor& theirs = golden.tensors[plan.golden];
      return !wanted(options_, mine.op, mine.slot) && !wanted(options_, theirs.op, theirs.slot);
    });
    sort_pairs(pairing.pairs, run);
    make_pairs(pairing.pairs, run, golden);
    measure(pairing.pairs, run, golden);
    report_damaged();
    OutputsLeft outputs;
    outputs.missing = list_unpaired(pairing, run, golden);
    outputs.ambiguous = count_ambiguous_outputs(pairing);
    count_shared(pairing.pairs);
    conclude(result_, options_.strict, outputs);
    if (result_.pairs.empty()) {
      result_.why = explain_nothing(result_, options_, run, golden, guide_);
    }
    if (result_.incomplete) result_.advice = advise(result_, run, golden, guide_);
    warn_of_unused(options_, run, golden, guide_, result_);
    if (options_.filters.empty()) policy_.report_unused(subjects_, result_.problems);
    find_where_it_starts(result_, guide_.order());
  }

  /// A mapping may pair several tensors of the run with one golden one, which counts once.
  void count_shared(const std::vector<PairPlan>& plans) {
    std::set<uint32_t> golden;
    for (size_t i = 0; i < plans.size(); ++i) {
      if (result_.pairs[i].ignored) continue;
      if (!golden.insert(plans[i].golden).second) ++result_.summary.shared;
    }
  }

  void sort_pairs(std::vector<PairPlan>& plans, const Side& run) {
    if (guide_.order() == nullptr) order_ = order_by_time(run);
    result_.order = guide_.order() != nullptr ? Order::kModel
                    : order_.empty()          ? Order::kNames
                                              : Order::kTime;
    std::vector<uint64_t> time(order_.empty() ? 0 : run.tensors.size(),
                               std::numeric_limits<uint64_t>::max());
    for (size_t i = 0; i < time.size(); ++i) {
      const auto found = order_.find(run.tensors[i].op);
      if (found != order_.end()) time[i] = found->second;
    }
    std::stable_sort(plans.begin(), plans.end(), [&](const PairPlan& a, const PairPlan& b) {
      if (a.op != b.op) return a.op < b.op;
      if (!time.empty() && time[a.run] != time[b.run]) return time[a.run] < time[b.run];
      const Tensor& x = run.tensors[a.run];
      const Tensor& y = run.tensors[b.run];
      return std::tie(x.op, x.slot, a.step) < std::tie(y.op, y.slot, b.step);
    });
  }

  void make_pairs(const std::vector<PairPlan>& plans, const Side& run, const Side& golden) {
    result_.pairs.resize(plans.size());
    subjects_.resize(plans.size());
    tbb::parallel_for(size_t{0}, plans.size(), [&](size_t i) {
      const Tensor& theirs = golden.tensors[plans[i].golden];
      Pair& pair = result_.pairs[i];
      fill_pair(plans[i], run.tensors[plans[i].run], theirs, pair);
      pair.run = describe(run, run.tensors[plans[i].run]);
      pair.golden = describe(golden, theirs);
      subjects_[i] = {pair.op, theirs.op, pair.tensor, pair.op_type, DType::kUndefined, false};
    });
  }

  void fill_pair(const PairPlan& plan, const Tensor& mine, const Tensor& theirs, Pair& pair) const {
    pair.op = mine.op;
    pair.op_type = mine.op_type.empty() ? theirs.op_type : mine.op_type;
    pair.tensor = mine.slot.empty() ? "output:0" : mine.slot;
    if (plan.op != kNoOp && guide_.order() != nullptr) {
      const MapOp& op = guide_.order()->ops()[plan.op];
      pair.order = plan.op;
      if (guide_.model != nullptr) pair.op = op.name;
      if (pair.op_type.empty()) pair.op_type = op.type;
    } else if (const auto found = order_.find(mine.op); found != order_.end()) {
      pair.order = found->second;
    }
    pair.paired_by = plan.paired_by;
    pair.step = plan.step;
    pair.is_model_output = plan.is_model_output;
  }

  void measure(const std::vector<PairPlan>& plans, const Side& run, const Side& golden) {
    PairContext context{run, golden, guide_.model, policy_, {}, options_.psnr, options_.snr};
    context.wanted.kl = options_.kl || policy_.needs_kl();
    context.wanted.quantiles = options_.quantiles;
    context.wanted.worst = options_.worst;
    std::mutex telling;
    std::atomic<uint64_t> done{0};
    tbb::parallel_for(size_t{0}, plans.size(), [&](size_t i) {
      compare_pair(plans[i], context, result_.pairs[i]);
      const uint64_t now = ++done;
      if (!options_.progress) return;
      const std::lock_guard lock(telling);
      options_.progress(now, plans.size());
    });
  }

  /// Of several dumps of one output that is one.
  uint64_t count_ambiguous_outputs(const Pairing& pairing) const {
    std::set<std::string> names;
    for (size_t i = 0; i < pairing.pairs.size(); ++i) {
      const Pair& pair = result_.pairs[i];
      const bool refused = !pairing.pairs[i].refusal.empty() && !pair.ignored;
      if (refused && pair.is_model_output) names.insert(pair.op + '\n' + pair.tensor);
    }
    return names.size();
  }

  /// Returns how many golden outputs of the model are missing in the run.
  uint64_t list_unpaired(const Pairing& pairing, const Side& run, const Side& golden) {
    uint64_t missing = 0;
    const auto list = [&](const Side& side, const Alone& alone, std::vector<Unpaired>& out) {
      const Tensor& tensor = side.tensors[alone.tensor];
      if (!wanted(options_, tensor.op, tensor.slot)) return false;
      Unpaired unpaired{tensor.op,    tensor.op_type, describe(side, tensor),
                        alone.reason, alone.group,    alone.absence,
                        false};
      Subject subject{tensor.op,      tensor.op,           tensor.slot,
                      tensor.op_type, tensor.header.dtype, false};
      const Ignore* ignore = policy_.ignored(subject);
      if (ignore != nullptr) {
        unpaired.reason = "ignored: " + ignore->reason;
        unpaired.group.clear();
        unpaired.ignored = true;
      }
      subjects_.push_back(std::move(subject));
      out.push_back(std::move(unpaired));
      return ignore == nullptr;
    };
    for (const Alone& alone : pairing.run) list(run, alone, result_.unpaired_run);
    for (const Alone& alone : pairing.golden) {
      const bool counts = list(golden, alone, result_.unpaired_golden);
      // Those are counted with the pairs that they are in the way of.
      const bool in_the_way = alone.reason.starts_with("ambiguous");
      if (counts && alone.is_model_output && !in_the_way) ++missing;
    }
    return missing;
  }

  const Options& options_;
  Policy policy_;
  Mapped model_;
  Mapped onnx_;
  PairingGuide guide_;
  std::map<std::string, uint64_t> order_;
  std::vector<Subject> subjects_;  ///< all that a policy may speak of
  Result result_;
};

}  // namespace

Result compare(const Options& options) {
  return Comparison(options).run();
}

}  // namespace omscope::compare
