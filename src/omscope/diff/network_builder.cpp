#include "omscope/diff/network_builder.h"

#include <fmt/format.h>

namespace omscope::diff {

uint32_t Network::Builder::add_node(std::string_view name, std::string_view type, uint32_t scope) {
  Node node;
  node.name = name;
  node.type = type;
  node.kind = kinds_.of(type);
  node.role = kinds_.at(node.kind).role;
  node.scope = scope;
  network_.nodes_.push_back(node);
  return static_cast<uint32_t>(network_.nodes_.size() - 1);
}

namespace {

/// Whether the op itself tells of the graph; HiAI keeps those it compiled elsewhere.
bool tells_of(const ir::Op& op, const ir::Model& model, const ir::Graph& graph) {
  if (graph.from_bytes) return false;
  const bool by_name = model.kind != Kind::kOmHiai;
  for (const std::string_view name : op.subgraph_names) {
    if (by_name && name == graph.name) return true;
  }
  for (const ir::Attr& attr : op.attrs) {
    const auto* held = std::get_if<ir::GraphRef>(&attr.value);
    if (held != nullptr && held->index < model.graphs.size() &&
        &model.graphs[held->index] == &graph) {
      return true;
    }
  }
  return false;
}

}  // namespace

bool parts_beyond_description(const ir::Model& model) {
  if (!model.submodels.empty()) return true;
  for (const ir::Graph& graph : model.graphs) {
    const ir::OpRef parent = graph.parent;
    if (parent.graph >= model.graphs.size()) continue;
    const ir::List<ir::Op> ops = model.graphs[parent.graph].ops;
    if (parent.op < ops.size() && !tells_of(ops[parent.op], model, graph)) return true;
  }
  return false;
}

bool Network::Builder::is_passed_over(const ir::Model& model, const ir::Graph& graph) const {
  if (graph.is_function) return true;
  if (part_ == Part::kWhole) return false;
  if (graph.table != model.graphs[0].table) return true;
  const ir::OpRef parent = graph.parent;
  return parent.graph < model.graphs.size() &&
         !tells_of(model.graphs[parent.graph].ops[parent.op], model, graph);
}

void Network::Builder::place_nodes(const ir::Model& model) {
  const size_t graphs = model.graphs.size();
  base_.assign(graphs, 0);
  output_node_.assign(graphs, kNone);
  values_.assign(graphs, {});
  passed_over_.assign(graphs, false);
  held_.clear();
  for (uint32_t g = 0; g < graphs; ++g) {
    const ir::Graph& graph = model.graphs[g];
    base_[g] = static_cast<uint32_t>(network_.nodes_.size());
    passed_over_[g] = is_passed_over(model, graph);
    if (passed_over_[g]) continue;
    for (const ir::Op& op : graph.ops) {
      const uint32_t node = add_node(op.name, op.type, scopes_ + g);
      network_.nodes_[node].op = &op;
      if (network_.nodes_[node].role == Role::kOutput) output_node_[g] = node;
      for (uint32_t slot = 0; slot < op.output_names.size(); ++slot) {
        if (!op.output_names[slot].empty()) {
          values_[g].try_emplace(op.output_names[slot], Edge{node, slot});
        }
      }
    }
  }
}

void Network::Builder::place_weights(const ir::Model& model) {
  std::vector<std::unordered_map<std::string_view, uint32_t>> by_name(model.graphs.size());
  for (const ir::Weight& weight : model.weights) {
    if (weight.graph >= model.graphs.size()) continue;
    const bool is_function = model.graphs[weight.graph].is_function;
    if (passed_over_[weight.graph] && !is_function) continue;
    auto& names = by_name[weight.graph];
    const ir::Graph& graph = model.graphs[weight.graph];
    if (names.empty() && !is_function) {
      for (uint32_t i = 0; i < graph.ops.size(); ++i) {
        const ir::Op& op = graph.ops[i];
        const bool named = !op.name.empty() || op.output_names.empty();
        names.try_emplace(named ? op.name : op.output_names[0], node_of(weight.graph, i));
      }
    }
    const auto found = names.find(weight.op);
    if (found == names.end()) {  // an ONNX initializer
      const uint32_t node = add_node(weight.op, "Const", scopes_ + weight.graph);
      network_.nodes_[node].constant = weight.tensor;
      values_[weight.graph].try_emplace(weight.op, Edge{node, 0});
    } else if (network_.nodes_[found->second].role == Role::kConstant) {
      network_.nodes_[found->second].constant = weight.tensor;
    } else {
      auto& held = held_[found->second];
      network_.names_.push_back(fmt::format("{}.weight{}", weight.op, held.size()));
      held.push_back(add_node(network_.names_.back(), "Const", scopes_ + weight.graph));
      network_.nodes_[held.back()].constant = weight.tensor;
    }
  }
}

void Network::Builder::place_ports(const ir::Model& model) {
  if (model.kind != Kind::kOnnx) return;
  for (uint32_t g = 0; g < model.graphs.size(); ++g) {
    const ir::Graph& graph = model.graphs[g];
    if (passed_over_[g]) continue;
    const bool is_root = graph.parent.op == ir::kNowhere;
    for (const std::string_view name : graph.inputs) {
      if (values_[g].count(name) != 0) continue;  // an initializer gives its default
      values_[g].emplace(name, Edge{add_node(name, "Data", scopes_ + g), 0});
    }
    output_node_[g] = add_node(is_root ? "outputs" : graph.name, "NetOutput", scopes_ + g);
  }
}

Edge Network::Builder::find_value(const ir::Model& model, uint32_t graph,
                                  std::string_view value) const {
  while (graph < model.graphs.size()) {
    const auto found = values_[graph].find(value);
    if (found != values_[graph].end()) return found->second;
    graph = model.graphs[graph].parent.graph;
  }
  return {};
}

Edge Network::Builder::source_of(const ir::Model& model, uint32_t graph,
                                 const ir::Input& input) const {
  if (input.source_op < model.graphs[graph].ops.size()) {
    return {node_of(graph, input.source_op),
            static_cast<uint32_t>(std::max(input.source_index, 0))};
  }
  return input.value.empty() ? Edge{} : find_value(model, graph, input.value);
}

void Network::Builder::connect_op(const ir::Model& model, uint32_t graph, uint32_t index) {
  const ir::Op& op = model.graphs[graph].ops[index];
  const uint32_t node = node_of(graph, index);
  auto& edges = network_.edges_;
  const size_t first = edges.size();
  for (const ir::Input& input : op.inputs) edges.push_back(source_of(model, graph, input));
  while (edges.size() > first && edges.back().node == kNone) edges.pop_back();
  if (const auto held = held_.find(node); held != held_.end()) {
    for (const uint32_t constant : held->second) edges.push_back({constant, 0});
  }
  if (network_.nodes_[node].role != Role::kCall) {
    for (const uint32_t inner : op.subgraphs) {
      if (inner < output_node_.size() && output_node_[inner] != kNone) {
        edges.push_back({output_node_[inner], 0});
      }
    }
  } else if (!op.subgraphs.empty() && op.subgraphs[0] < output_node_.size()) {
    network_.nodes_[node].link = output_node_[op.subgraphs[0]];
  }
  network_.nodes_[node].first_edge = static_cast<uint32_t>(first);
  network_.nodes_[node].edges = static_cast<uint32_t>(edges.size() - first);
}

void Network::Builder::link_graph(const ir::Model& model, uint32_t graph) {
  const ir::OpRef parent = model.graphs[graph].parent;
  if (parent.graph >= model.graphs.size() || passed_over_[parent.graph]) return;
  const uint32_t owner = node_of(parent.graph, parent.op);
  runs_a_graph_.insert(owner);
  const bool called = network_.nodes_[owner].role == Role::kCall;
  uint32_t position = 0;
  for (uint32_t i = 0; i < model.graphs[graph].ops.size(); ++i) {
    Node& node = network_.nodes_[node_of(graph, i)];
    if (node.role == Role::kInput) {
      const auto index = ir::get<int64_t>(node.op->attrs, "_parent_node_index");
      node.link = owner;
      node.link_slot = static_cast<uint32_t>(index.value_or(position++));
      node.role = Role::kLayout;
    }
  }
  if (output_node_[graph] != kNone) {
    network_.nodes_[output_node_[graph]].role = called ? Role::kLayout : Role::kCompute;
  }
}

/// A call whose graph is not at hand is an op like any other.
void Network::Builder::close_calls() {
  for (uint32_t i = base_.empty() ? 0 : base_[0]; i < network_.size(); ++i) {
    Node& node = network_.nodes_[i];
    if (node.role == Role::kCall && node.link == kNone && !runs_a_graph_.contains(i)) {
      node.role = Role::kCompute;
    }
  }
}

void Network::Builder::connect(const ir::Model& model) {
  for (uint32_t g = 0; g < model.graphs.size(); ++g) {
    const ir::Graph& graph = model.graphs[g];
    if (passed_over_[g]) continue;
    for (uint32_t i = 0; i < graph.ops.size(); ++i) connect_op(model, g, i);
    if (model.kind == Kind::kOnnx && output_node_[g] != kNone) {
      Node& node = network_.nodes_[output_node_[g]];
      node.first_edge = static_cast<uint32_t>(network_.edges_.size());
      node.edges = static_cast<uint32_t>(graph.outputs.size());
      for (const std::string_view name : graph.outputs) {
        network_.edges_.push_back(find_value(model, g, name));
      }
    }
    link_graph(model, g);
  }
  close_calls();
}

void Network::Builder::add(const ir::Model& model) {
  place_nodes(model);
  place_weights(model);
  place_ports(model);
  connect(model);
  scopes_ += static_cast<uint32_t>(model.graphs.size());
  if (part_ == Part::kDescription) return;
  for (const auto& submodel : model.submodels) add(*submodel);
}

}  // namespace omscope::diff
