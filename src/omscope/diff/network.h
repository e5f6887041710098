// One view of all models: nodes, what feeds them, their constants.
//
// Initializers and ports of ONNX become nodes; constants that ops hold themselves become nodes that
// feed them; graphs that a call runs are put in its place. Behind it nothing knows dialects.
#pragma once

#include <deque>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "omscope/diff/op_kinds.h"
#include "omscope/ir/model.h"

namespace omscope::diff {

constexpr uint32_t kNone = ir::kNowhere;

/// An output of a node; kNone where a slot is open.
struct Edge {
  uint32_t node = kNone;
  uint32_t slot = 0;
  friend bool operator==(const Edge&, const Edge&) = default;
};

struct Use {
  uint32_t node = kNone;
  uint32_t slot = 0;       ///< input slot of the user
  uint32_t from_slot = 0;  ///< output slot of the one used
};

/// Which ops are alike; one for both sides of a comparison.
class Kinds {
 public:
  uint32_t of(std::string_view type);
  const OpKind& at(uint32_t kind) const { return kinds_[kind]; }

 private:
  std::deque<OpKind> kinds_;
  std::unordered_map<std::string_view, uint32_t> by_type_;  ///< views into the models
  std::unordered_map<std::string_view, uint32_t> by_name_;
};

struct Node {
  std::string_view name;
  std::string_view type;
  uint32_t kind = 0;
  Role role = Role::kCompute;
  uint32_t first_edge = 0;
  uint32_t edges = 0;
  uint32_t scope = 0;                    ///< graph, counted over all sub-models
  uint32_t link = kNone;                 ///< call: output node of its graph; input: the caller
  uint32_t link_slot = 0;                ///< input of the caller
  const ir::Op* op = nullptr;            ///< nullptr: initializers, ports and the like
  const ir::Tensor* constant = nullptr;  ///< role kConstant, where its value is known
  /// The ops of the source model that it carries out, without names that compilers made up; its own
  /// name where nothing is recorded. Sorted, each once.
  std::span<const std::string_view> origins;
};

/// Which graphs of a model count.
enum class Part : uint8_t {
  kWhole,
  kDescription,  ///< those that an atc JSON of it has: no sub-models, nothing compiled apart
};

/// Whether a model has graphs that an atc JSON of it has not in any form.
bool parts_beyond_description(const ir::Model& model);

class Network {
 public:
  Network(const ir::Model& model, Kinds& kinds, Part part = Part::kWhole);

  /// Some dumps keep of what was fused only a name: the names of all parts in a row. Those are
  /// found again with the names of the other side.
  void split_names(const Network& other);

  const std::vector<Node>& nodes() const { return nodes_; }
  size_t size() const { return nodes_.size(); }
  const Node& operator[](uint32_t node) const { return nodes_[node]; }
  std::span<const Edge> edges(uint32_t node) const {
    return {edges_.data() + nodes_[node].first_edge, nodes_[node].edges};
  }
  /// The same with ops that are seen through left out.
  std::span<const Edge> wires(uint32_t node) const {
    return {wires_.data() + nodes_[node].first_edge, nodes_[node].edges};
  }
  std::span<const Use> uses(uint32_t node) const { return edge_uses_.of(node); }
  std::span<const Use> wire_uses(uint32_t node) const { return wire_uses_.of(node); }
  Role role(uint32_t node) const { return nodes_[node].role; }
  /// The node's name, or "Type#index" where it has none.
  std::string label(uint32_t node) const;
  bool is_empty() const { return nodes_.empty(); }

 private:
  struct UseLists {
    std::vector<uint32_t> first;
    std::vector<Use> uses;
    std::span<const Use> of(uint32_t node) const {
      return {uses.data() + first[node], first[node + 1] - first[node]};
    }
    void fill(const Network& network, const std::vector<Edge>& edges);
  };
  class Builder;

  void see_through();
  void find_origins();
  Edge source_behind(Edge edge) const;

  std::vector<Node> nodes_;
  std::vector<Edge> edges_;
  std::vector<Edge> wires_;
  UseLists edge_uses_;
  UseLists wire_uses_;
  std::vector<std::string_view> origins_;
  std::deque<std::vector<std::string_view>> split_origins_;
  std::deque<std::string> names_;  ///< made for constants that ops hold themselves
};

}  // namespace omscope::diff
