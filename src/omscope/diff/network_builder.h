// Turns the graphs of one model into nodes.
#pragma once

#include <unordered_set>

#include "omscope/diff/network.h"

namespace omscope::diff {

class Network::Builder {
 public:
  Builder(Network& network, Kinds& kinds, Part part)
      : network_(network), kinds_(kinds), part_(part) {}
  void add(const ir::Model& model);

 private:
  using Values = std::unordered_map<std::string_view, Edge>;

  bool is_passed_over(const ir::Model& model, const ir::Graph& graph) const;
  void place_nodes(const ir::Model& model);
  void place_weights(const ir::Model& model);
  void place_ports(const ir::Model& model);
  void connect(const ir::Model& model);
  void close_calls();
  void connect_op(const ir::Model& model, uint32_t graph, uint32_t index);
  void link_graph(const ir::Model& model, uint32_t graph);
  Edge source_of(const ir::Model& model, uint32_t graph, const ir::Input& input) const;
  Edge find_value(const ir::Model& model, uint32_t graph, std::string_view value) const;
  uint32_t add_node(std::string_view name, std::string_view type, uint32_t scope);
  uint32_t node_of(uint32_t graph, uint32_t op) const { return base_[graph] + op; }

  Network& network_;
  Kinds& kinds_;
  Part part_;
  std::unordered_set<uint32_t> runs_a_graph_;
  std::vector<bool> passed_over_;      ///< graphs
  uint32_t scopes_ = 0;                ///< graphs of the models that were added before
  std::vector<uint32_t> base_;         ///< first node of each graph
  std::vector<uint32_t> output_node_;  ///< the node that takes the outputs of each graph
  std::vector<Values> values_;         ///< ONNX: what makes each value, by graph
  std::unordered_map<uint32_t, std::vector<uint32_t>> held_;  ///< constants that an op holds itself
};

}  // namespace omscope::diff
