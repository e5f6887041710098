// How the models were built: memory plan, tasks, engines.
#include <map>
#include <set>

#include <fmt/format.h>

#include "omscope/core/text.h"
#include "omscope/diff/attributes.h"
#include "omscope/diff/differences.h"

namespace omscope::diff {

std::optional<std::string> said(std::string_view text) {
  return text.empty() ? std::nullopt : std::optional(as_utf8(text));
}

void compare_number(Comparison& c, Class kind, std::string_view subject, std::optional<int64_t> a,
                    std::optional<int64_t> b, std::string_view why) {
  if (a == b || c.left_out(!a, !b)) return;
  const auto text = [](std::optional<int64_t> value) {
    return value ? std::optional(grouped(static_cast<uint64_t>(*value))) : std::nullopt;
  };
  c.add(Severity::kInfo, kind, std::string(subject), text(a), text(b), std::string(why));
}

namespace {

void compare_plan(Comparison& c) {
  if (!c.same_family) return;
  const ir::ModelInfo& a = c.a.info;
  const ir::ModelInfo& b = c.b.info;
  compare_number(c, Class::kMemory, "memory_size", a.memory_size, b.memory_size,
                 "bytes of feature maps on the device");
  if (a.weight_size != b.weight_size) {
    compare_number(c, Class::kMemory, "weight_size", a.weight_size, b.weight_size,
                   "bytes of constants on the device, padding included");
  }
  compare_number(c, Class::kTask, "stream_num", a.stream_num, b.stream_num, "streams to run on");
  compare_number(c, Class::kTask, "event_num", a.event_num, b.event_num, "events between streams");
  if (a.name != b.name) c.add_noise();
  if (a.atc_cmdline != b.atc_cmdline) c.add_noise();
}

void compare_task_types(Comparison& c) {
  std::map<std::string, std::pair<uint64_t, uint64_t>> types;
  const auto name = [](const ir::Task& task) {
    return task.type_name.empty() ? fmt::format("type {}", task.type) : as_utf8(task.type_name);
  };
  if (c.left_out(c.a.tasks.empty(), c.b.tasks.empty())) return;
  for (const ir::Task& task : c.a.tasks) ++types[name(task)].first;
  for (const ir::Task& task : c.b.tasks) ++types[name(task)].second;
  for (const auto& [type, counts] : types) {
    if (counts.first == counts.second) continue;
    c.add(Severity::kInfo, Class::kTask, fmt::format("tasks of type {}", type),
          std::to_string(counts.first), std::to_string(counts.second), "another number of tasks");
  }
}

/// Blocks that each op's tasks run on, in the order of its tasks.
std::map<std::string_view, std::vector<int64_t>> blocks_by_op(const ir::Model& model) {
  std::map<std::string_view, std::vector<int64_t>> blocks;
  for (const ir::Task& task : model.tasks) {
    if (task.block_dim && !task.op.empty()) blocks[task.op].push_back(*task.block_dim);
  }
  return blocks;
}

void compare_blocks(Comparison& c) {
  if (c.a.tasks.empty() || c.b.tasks.empty()) return;
  const auto a = blocks_by_op(c.a);
  const auto b = blocks_by_op(c.b);
  for_each_pair(c, [&](const Group& group) {
    const auto x = a.find(c.matching.a[group.a[0]].name);
    const auto y = b.find(c.matching.b[group.b[0]].name);
    if (x == a.end() || y == b.end() || x->second == y->second) return;
    c.add(Severity::kInfo, Class::kTask, as_utf8(c.matching.a.label(group.a[0])),
          dims_text(x->second), dims_text(y->second), "runs on another number of blocks");
  });
}

/// Ops that must run before another, without handing it values.
void compare_control(Comparison& c) {
  if (!c.same_build) return;
  const auto sources = [](const Network& network) {
    std::map<std::pair<uint32_t, std::string_view>, uint32_t> by_name;
    for (uint32_t i = 0; i < network.size(); ++i) {
      by_name.try_emplace({network[i].scope, network[i].name}, i);
    }
    return by_name;
  };
  const auto names_a = sources(c.matching.a);
  const auto names_b = sources(c.matching.b);
  for_each_pair(c, [&](const Group& group) {
    const Node& a = c.matching.a[group.a[0]];
    const Node& b = c.matching.b[group.b[0]];
    if (a.op->control_inputs.empty() && b.op->control_inputs.empty()) return;
    std::set<uint32_t> x;
    std::set<uint32_t> y;
    for (const std::string_view name : a.op->control_inputs) {
      const auto found = names_a.find({a.scope, name});
      if (found != names_a.end()) x.insert(c.matching.of_a(found->second));
    }
    for (const std::string_view name : b.op->control_inputs) {
      const auto found = names_b.find({b.scope, name});
      if (found != names_b.end()) y.insert(c.matching.of_b(found->second));
    }
    if (x == y || x.count(kNone) != 0 || y.count(kNone) != 0) return;
    const auto text = [](const ir::Op& op) {
      std::string all;
      for (const auto name : op.control_inputs) all += (all.empty() ? "" : ", ") + as_utf8(name);
      return all;
    };
    c.add(Severity::kWarning, Class::kTask, as_utf8(c.matching.a.label(group.a[0])), text(*a.op),
          text(*b.op), "waits for other ops");
  });
}

void compare_engines(Comparison& c) {
  const std::string a = engines_of(c.matching.a);
  const std::string b = engines_of(c.matching.b);
  if (a == b || !c.same_family) return;
  // Matched calls tell it at their attribute.
  const auto tells = [](const Difference& d) { return d.kind == Class::kPlacement; };
  for (const Difference& d : c.result.differences) {
    if (tells(d)) return;
  }
  c.add(Severity::kWarning, Class::kPlacement, "engines", said(a), said(b),
        "parts of the graph are placed on other engines");
}

}  // namespace

std::string engines_of(const Network& network) {
  std::string all;
  for (const Node& node : network.nodes()) {
    if (node.op == nullptr || kind_of(node.type).role != Role::kCall) continue;
    const std::string_view engine = ir::get_text(node.op->attrs, "cl_name");
    if (!engine.empty()) all += (all.empty() ? "" : ", ") + as_utf8(engine);
  }
  return all;
}

void compare_build(Comparison& c) {
  compare_versions(c);
  compare_plan(c);
  compare_task_types(c);
  compare_blocks(c);
  compare_control(c);
  compare_engines(c);
  compare_command(c);
}

}  // namespace omscope::diff
