#include "bench/diff_inputs.h"

#include <fstream>
#include <map>
#include <random>
#include <unordered_map>

#include <fmt/format.h>

#include "omscope/formats/read_model.h"

#include "bench/inputs.h"
#include "make_samples/ge_builder.h"
#include "make_samples/om_builder.h"
#include "make_samples/synthetic.h"

namespace omscope::bench {
namespace {

using ::ge::proto::ModelDef;
using ::ge::proto::OpDef;

constexpr int64_t kBytesEach = 512;

int64_t constants_of(int64_t ops) {
  return ops / 3;
}

/// fp16 values between 0.25 and 4, no two constants alike.
std::string weights_of(int64_t ops) {
  std::mt19937 random(7);
  std::string bytes(static_cast<size_t>(constants_of(ops) * kBytesEach), '\0');
  for (size_t i = 0; i + 1 < bytes.size(); i += 2) {
    bytes[i] = static_cast<char>(random());
    bytes[i + 1] = static_cast<char>(0x34 + random() % 16);
  }
  return bytes;
}

/// Writes a copy of a graph op by op; what used an op that is gone follows what stands for it.
class Editor {
 public:
  explicit Editor(ModelDef& model) : model_(model) {}

  void run(std::string& weights) {
    auto& graph = *model_.mutable_graph(0);
    const auto ops = graph.op();
    graph.clear_op();
    for (const OpDef& op : ops) {
      OpDef& copy = *graph.add_op() = op;
      follow(copy);
      if (op.type() == "Const") {
        rename(copy, fmt::format("dynamic_const_2718_{}", number_));
      } else if (number_ % 20 == 19) {
        edit(graph, copy, weights);
      }
      ++number_;
    }
  }

 private:
  void follow(OpDef& op) {
    op.clear_src_name();
    op.clear_src_index();
    op.clear_dst_name();
    op.clear_dst_index();
    for (auto& input : *op.mutable_input()) {
      const auto found = instead_.find(input);
      if (found != instead_.end()) input = found->second;
    }
  }

  void rename(OpDef& op, const std::string& name) {
    instead_[op.name() + ":0"] = name + ":0";
    op.set_name(name);
  }

  void edit(::ge::proto::GraphDef& graph, OpDef& op, std::string& weights) {
    switch (number_ / 20 % 5) {
      case 0: (*op.mutable_attr())["strides"].mutable_list()->set_i(3, 2); return;
      case 1:
        if (op.type() != "Relu") return;
        instead_[op.name() + ":0"] = op.input(0);
        graph.mutable_op()->RemoveLast();
        return;
      case 2: {
        OpDef extra = op;
        extra.set_type("Sigmoid");
        extra.set_name(fmt::format("extra/{}", number_));
        extra.clear_input();
        extra.add_input(op.name() + ":0");
        instead_[op.name() + ":0"] = extra.name() + ":0";
        *graph.add_op() = extra;
        return;
      }
      case 3:
        rename(op, fmt::format("renamed/{}", number_));
        samples::set_attr((*op.mutable_attr())["_datadump_original_op_names"],
                          std::vector<std::string>{op.name()});
        return;
      default: {
        char& byte = weights[static_cast<size_t>(number_ / 3 * kBytesEach) % weights.size()];
        byte = static_cast<char>(byte ^ 1);
        return;
      }
    }
  }

  ModelDef& model_;
  std::unordered_map<std::string, std::string> instead_;
  int64_t number_ = 0;
};

void write(const std::string& path, const ModelDef& model, const std::string& weights) {
  std::ofstream(path, std::ios::binary) << samples::OmBuilder()
                                               .version2()
                                               .wide()
                                               .partition(0, samples::serialized(model))
                                               .partition(1, weights)
                                               .build();
}

ModelPair make_pair(int64_t ops) {
  ModelPair pair;
  std::filesystem::create_directories(input(""));
  pair.path_a = input(fmt::format("diff_{}_a.om", ops)).string();
  pair.path_b = input(fmt::format("diff_{}_b.om", ops)).string();
  ModelDef model = samples::synthetic_model(ops, constants_of(ops) * kBytesEach);
  std::string weights = weights_of(ops);
  write(pair.path_a, model, weights);
  Editor(model).run(weights);
  write(pair.path_b, model, weights);
  for (const auto& [path, into] :
       {std::pair{&pair.path_a, &pair.a}, std::pair{&pair.path_b, &pair.b}}) {
    if (auto read = read_model(*path)) *into = std::move(read->model);
  }
  return pair;
}

}  // namespace

const ModelPair& edited_pair(int64_t ops) {
  static std::map<int64_t, ModelPair> pairs;
  const auto [entry, is_new] = pairs.try_emplace(ops);
  if (is_new) entry->second = make_pair(ops);
  return entry->second;
}

}  // namespace omscope::bench
