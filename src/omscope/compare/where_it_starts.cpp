#include "omscope/compare/where_it_starts.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <queue>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "omscope/compare/pairing_candidates.h"

namespace omscope::compare {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// What was compared of one op in one step.
struct Seen {
  std::vector<const Pair*> outputs;
  std::vector<const Pair*> inputs;

  const Pair* failing() const {
    const auto found = std::find_if(outputs.begin(), outputs.end(),
                                    [](const Pair* each) { return each->status == Status::kFail; });
    return found == outputs.end() ? nullptr : *found;
  }
};

bool was_compared(const Pair& pair) {
  return pair.status != Status::kUncomparable && pair.metrics;
}

void keep_worst(std::optional<double>& worst, const std::optional<double>& next) {
  if (next && (!worst || *next > *worst)) worst = next;
}

std::optional<double> worst_of(const std::vector<const Pair*>& pairs) {
  std::optional<double> worst;
  for (const Pair* pair : pairs) keep_worst(worst, error_of(*pair));
  return worst;
}

bool any_fails(const std::vector<const Pair*>& pairs) {
  return std::any_of(pairs.begin(), pairs.end(),
                     [](const Pair* pair) { return pair->status == Status::kFail; });
}

double added(const std::optional<double>& input, double output) {
  if (input == kInfinity) return 0;  // what goes in is beyond any measure
  return output - input.value_or(0);
}

/// The run of one step along the model.
class Walk {
 public:
  Walk(const ModelMap& model, const std::vector<const Pair*>& pairs) : model_(model) {
    for (const Pair* pair : pairs) {
      if (!pair->order || *pair->order >= model.ops().size() || !was_compared(*pair)) continue;
      Seen& seen = seen_[static_cast<uint32_t>(*pair->order)];
      (pair->tensor.starts_with("input:") ? seen.inputs : seen.outputs).push_back(pair);
    }
  }

  void rank(std::vector<RankedOp>& ranking) {
    for (const auto& [op, seen] : seen_) {
      const auto output = worst_of(seen.outputs);
      if (!output) continue;
      const auto input = worst_of(inputs_of(op).pairs);
      const MapOp& each = model_.ops()[op];
      ranking.push_back({each.name, each.type, added(input, *output), input, output});
    }
  }

  std::optional<FirstDivergence> first() {
    for (const auto& [op, seen] : seen_) {
      const Pair* output = seen.failing();
      if (output == nullptr) continue;
      const Inputs inputs = inputs_of(op);
      if (any_fails(inputs.pairs)) continue;
      return describe(op, *output, inputs);
    }
    return std::nullopt;
  }

 private:
  /// The comparable tensors that an op's inputs are, or are made of: ops that were not compared are
  /// looked through.
  struct Inputs {
    std::vector<const Pair*> pairs;
    std::set<uint32_t> unseen;  ///< ops between them and the op
  };

  Inputs inputs_of(uint32_t op) {
    Inputs out;
    const Seen& seen = seen_[op];
    std::set<uint32_t> covered;  // slots with a dump of their own
    for (const Pair* pair : seen.inputs) {
      out.pairs.push_back(pair);
      if (const auto slot = slot_index(pair->tensor, "input")) covered.insert(*slot);
    }
    std::vector<Place> open;
    const auto& slots = model_.ops()[op].inputs;
    for (uint32_t slot = 0; slot < slots.size(); ++slot) {
      if (covered.count(slot) == 0) open.push_back(slots[slot]);
    }
    std::set<uint32_t> visited;
    while (!open.empty()) {
      const Place place = open.back();
      open.pop_back();
      if (place.op == kNoOp || place.op == op) continue;
      if (const Pair* made = output_at(place)) {
        out.pairs.push_back(made);
        continue;
      }
      const MapOp& producer = model_.ops()[place.op];
      if (!visited.insert(place.op).second || producer.is_constant) continue;
      if (!producer.is_input && !producer.made_by_compiler) out.unseen.insert(place.op);
      open.insert(open.end(), producer.inputs.begin(), producer.inputs.end());
    }
    return out;
  }

  const Pair* output_at(const Place& place) const {
    const auto found = seen_.find(place.op);
    if (found == seen_.end()) return nullptr;
    for (const Pair* pair : found->second.outputs) {
      const auto index = slot_index(pair->tensor, "output");
      if (index.value_or(0) == place.index) return pair;
    }
    return nullptr;
  }

  bool fails(uint32_t op) const {
    const auto found = seen_.find(op);
    return found != seen_.end() && found->second.failing() != nullptr;
  }
  bool is_seen(uint32_t op) const {
    const auto found = seen_.find(op);
    return found != seen_.end() && !found->second.outputs.empty();
  }

  /// The shortest way to an output of the model, or as far as the difference goes. Ops that were
  /// compared and are right are no part of it.
  std::vector<std::string> path_from(uint32_t start) const {
    std::map<uint32_t, uint32_t> came_from;
    std::queue<uint32_t> open;
    came_from[start] = start;
    open.push(start);
    uint32_t last = start;
    uint32_t last_failing = start;
    bool reached = false;
    while (!open.empty() && !reached) {
      last = open.front();
      open.pop();
      if (fails(last)) last_failing = last;
      const MapOp& op = model_.ops()[last];
      reached = std::any_of(op.outputs.begin(), op.outputs.end(),
                            [](const MapOutput& each) { return each.is_model_output; });
      if (reached) break;
      for (const uint32_t consumer : op.consumers) {
        if (is_seen(consumer) && !fails(consumer)) continue;
        if (came_from.try_emplace(consumer, last).second) open.push(consumer);
      }
    }
    std::vector<std::string> path;
    for (uint32_t op = reached ? last : last_failing;; op = came_from.at(op)) {
      path.push_back(model_.ops()[op].name);
      if (op == came_from.at(op)) break;
    }
    std::reverse(path.begin(), path.end());
    return path;
  }

  std::string why(const MapOp& op, const Pair& output, const Inputs& inputs) const {
    std::string out = fmt::format("{} of {} is the first that is wrong", output.tensor, op.name);
    if (inputs.pairs.empty()) {
      out += "; nothing that goes into it was compared";
    } else {
      out +=
          fmt::format("; {} right", inputs.pairs.size() == 1 ? "its input is" : "its inputs are");
    }
    if (!inputs.unseen.empty()) {
      std::vector<std::string> names;
      constexpr size_t kMost = 3;
      for (const uint32_t each : inputs.unseen) {
        if (names.size() < kMost) names.push_back(model_.ops()[each].name);
      }
      const size_t more = inputs.unseen.size() - names.size();
      out += fmt::format("; between them lie ops that were not compared: {}{}",
                         fmt::join(names, ", "), more > 0 ? fmt::format(" and {} more", more) : "");
    }
    return out;
  }

  FirstDivergence describe(uint32_t op, const Pair& output, const Inputs& inputs) const {
    const MapOp& each = model_.ops()[op];
    FirstDivergence out;
    out.op = each.name;
    out.op_type = each.type;
    out.tensor = output.tensor;
    out.index_in_order = op;
    out.input_error = worst_of(inputs.pairs);
    out.output_error = error_of(output);
    out.path = path_from(op);
    out.why = why(each, output, inputs);
    if (!output.step.empty()) out.why += fmt::format(" ({})", output.step);
    return out;
  }

  const ModelMap& model_;
  std::map<uint32_t, Seen> seen_;
};

/// Without a model: dumps of one op stand together, in the order in which they ran.
void go_by_order(Result& result, const std::vector<const Pair*>& pairs) {
  std::map<uint64_t, Seen> seen;
  for (const Pair* pair : pairs) {
    if (!pair->order || !was_compared(*pair)) continue;
    Seen& op = seen[*pair->order];
    (pair->tensor.starts_with("input:") ? op.inputs : op.outputs).push_back(pair);
  }
  for (const auto& [order, op] : seen) {
    const Pair* output = op.failing();
    const auto error = worst_of(op.outputs);
    if (error) {
      const auto input = worst_of(op.inputs);
      const Pair& any = *op.outputs.front();
      result.ranking.push_back({any.op, any.op_type, added(input, *error), input, error});
    }
    if (output == nullptr || result.first_divergence || any_fails(op.inputs)) continue;
    FirstDivergence& first = result.first_divergence.emplace();
    first.op = output->op;
    first.op_type = output->op_type;
    first.tensor = output->tensor;
    first.index_in_order = order;
    first.input_error = worst_of(op.inputs);
    first.output_error = error_of(*output);
    first.path = {output->op};
    first.why = fmt::format("{} of {} is the first that is wrong in the order in which the ops ran",
                            output->tensor, output->op);
    if (const size_t unseen = result.unpaired_run.size(); unseen > 0) {
      first.why += fmt::format(", as far as they were compared ({} of the run {} no partner)",
                               unseen, unseen == 1 ? "has" : "have");
    }
    first.why += "; give --model to go by what feeds it";
  }
}

}  // namespace

std::optional<double> error_of(const Pair& pair) {
  if (!pair.metrics) return std::nullopt;
  if (pair.metrics->nonfinite_mismatch > 0) return kInfinity;
  if (const auto error = pair.metrics->relative_euclidean_distance) {
    return std::isnan(*error) ? kInfinity : *error;
  }
  if (pair.metrics->compared == 0 || pair.metrics->equal()) return 0.0;
  return kInfinity;
}

void find_where_it_starts(Result& result, const ModelMap* model) {
  std::map<std::string, std::vector<const Pair*>> steps;
  for (const Pair& pair : result.pairs) steps[pair.step].push_back(&pair);
  for (const auto& [step, pairs] : steps) {
    if (model == nullptr) {
      go_by_order(result, pairs);
      continue;
    }
    Walk walk(*model, pairs);
    walk.rank(result.ranking);
    auto first = walk.first();
    const bool earlier = first && (!result.first_divergence ||
                                   first->index_in_order < result.first_divergence->index_in_order);
    if (earlier) result.first_divergence = std::move(first);
  }
  std::stable_sort(
      result.ranking.begin(), result.ranking.end(),
      [](const RankedOp& a, const RankedOp& b) { return a.error_added > b.error_added; });
}

}  // namespace omscope::compare
