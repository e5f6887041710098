#include "omscope/compare/model_map.h"

#include <algorithm>
#include <queue>

#include <fmt/format.h>

#include "omscope/compare/names.h"
#include "omscope/numeric/pair.h"

namespace omscope::compare {
namespace {

constexpr const char* kOriginOps = "_datadump_original_op_names";

bool is_constant_type(std::string_view type) {
  return type == "Const" || type == "Constant" || type == "Variable" || type == "FileConstant";
}

bool is_input_type(std::string_view type) {
  return type == "Data" || type == "AippData" || type == "RefData" || type == "AnnData";
}

/// What a descriptor says of where its tensor comes from; nothing when it does not speak of it.
std::optional<MapOutput> recorded_origin(const ir::TensorType& type) {
  const auto name = ir::get<std::string_view>(type.attrs, "_datadump_origin_name");
  if (!name) return std::nullopt;
  MapOutput out;
  if (name->empty()) {
    out.no_origin = "the compiler made this tensor; the source model has none like it";
    return out;
  }
  const auto index =
      ir::get<int64_t>(type.attrs, "_datadump_origin_output_index").value_or(int64_t{0});
  constexpr int64_t kMost = 100000;
  out.origin =
      Origin{std::string(*name), index > 0 && index < kMost ? static_cast<uint32_t>(index) : 0U};
  return out;
}

MapOp make_op(const ir::Op& op, size_t number, bool onnx) {
  MapOp out;
  out.name = op.name;
  out.type = op.type;
  // Runtimes that name the outputs of all nodes count those without a name.
  if (onnx && op.name.empty()) out.name = fmt::format("{}_{}", op.type, number);
  for (const std::string_view origin : op.origin_ops) {
    if (!origin.empty()) out.origins.emplace_back(origin);
  }
  const bool told = ir::find(op.attrs, kOriginOps) != nullptr || op.name.starts_with("trans_");
  out.is_constant = is_constant_type(op.type);
  out.is_input = is_input_type(op.type);
  out.made_by_compiler = !onnx && out.origins.empty() && keeps_values(op.type) && told;
  out.inputs.resize(op.inputs.size());
  for (size_t i = 0; i < op.outputs.size(); ++i) {
    MapOutput output;
    const ir::TensorType* type = op.outputs[i];
    if (!onnx && type != nullptr) {
      if (auto recorded = recorded_origin(*type)) output = std::move(*recorded);
    }
    output.type = type;
    if (i < op.output_names.size()) output.value = op.output_names[i];
    out.outputs.push_back(std::move(output));
  }
  return out;
}

}  // namespace

ModelMap::ModelMap(const ir::Model& model) : is_onnx_(model.kind == Kind::kOnnx) {
  add_ops(model);
  if (is_onnx_) add_onnx_inputs(model);
  link();
  sort();
  find_outputs(model);
  find_origins();
  find_quantised();
  if (!is_onnx_) find_precision();
  read_.clear();
}

void ModelMap::add_ops(const ir::Model& model) {
  const auto add_graph = [&](const ir::Graph& graph) {
    size_t number = 0;
    for (const ir::Op& op : graph.ops) {
      ops_.push_back(make_op(op, number++, is_onnx_));
      read_.push_back(&op);
    }
  };
  for (const ir::Graph& graph : model.graphs) {
    if (!graph.is_function) add_graph(graph);
  }
  for (uint32_t i = 0; i < ops_.size(); ++i) by_name_.try_emplace(ops_[i].name, i);
}

/// Inputs of an ONNX graph are values without an op; they get one each.
void ModelMap::add_onnx_inputs(const ir::Model& model) {
  if (model.graphs.empty()) return;
  for (const std::string_view name : model.graphs[0].inputs) {
    MapOp op;
    op.name = name;
    op.type = "Data";
    op.is_input = true;
    op.outputs.resize(1);
    op.outputs[0].value = name;
    if (!by_name_.try_emplace(op.name, static_cast<uint32_t>(ops_.size())).second) continue;
    ops_.push_back(std::move(op));
    read_.push_back(nullptr);
  }
}

void ModelMap::link() {
  for (uint32_t i = 0; i < ops_.size(); ++i) {
    for (uint32_t k = 0; k < ops_[i].outputs.size(); ++k) {
      const std::string& value = ops_[i].outputs[k].value;
      if (!value.empty()) by_value_.try_emplace(value, Place{i, k});
    }
  }
  for (uint32_t i = 0; i < ops_.size(); ++i) {
    if (read_[i] == nullptr) continue;
    for (size_t slot = 0; slot < read_[i]->inputs.size(); ++slot) {
      const ir::Input& input = read_[i]->inputs[slot];
      Place& place = ops_[i].inputs[slot];
      if (!input.value.empty()) {
        place = find_value(input.value);
      } else if (!input.source.empty() && input.source_index >= 0) {
        const auto found = by_name_.find(std::string(input.source));
        if (found != by_name_.end()) {
          place = {found->second, static_cast<uint32_t>(input.source_index)};
        }
      }
    }
  }
}

/// Kahn's algorithm; of ops that may run, the one that stands first in the file.
void ModelMap::sort() {
  const size_t count = ops_.size();
  std::vector<std::vector<uint32_t>> consumers(count);
  std::vector<uint32_t> waiting(count, 0);
  for (uint32_t i = 0; i < count; ++i) {
    for (const Place& place : ops_[i].inputs) {
      if (place.op == kNoOp || place.op == i) continue;
      consumers[place.op].push_back(i);
      ++waiting[i];
    }
  }
  std::priority_queue<uint32_t, std::vector<uint32_t>, std::greater<>> ready;
  for (uint32_t i = 0; i < count; ++i) {
    if (waiting[i] == 0) ready.push(i);
  }
  std::vector<uint32_t> order;
  std::vector<bool> placed(count, false);
  while (!ready.empty()) {
    const uint32_t next = ready.top();
    ready.pop();
    order.push_back(next);
    placed[next] = true;
    for (const uint32_t consumer : consumers[next]) {
      if (--waiting[consumer] == 0) ready.push(consumer);
    }
  }
  for (uint32_t i = 0; i < count; ++i) {
    if (!placed[i]) order.push_back(i);  // part of a loop: as in the file
  }
  std::vector<uint32_t> rank(count);
  for (uint32_t i = 0; i < count; ++i) rank[order[i]] = i;
  std::vector<MapOp> sorted(count);
  for (uint32_t i = 0; i < count; ++i) {
    MapOp& op = sorted[rank[i]] = std::move(ops_[i]);
    for (Place& place : op.inputs) {
      if (place.op != kNoOp) place.op = rank[place.op];
    }
    for (const uint32_t consumer : consumers[i]) op.consumers.push_back(rank[consumer]);
    std::sort(op.consumers.begin(), op.consumers.end());
    op.consumers.erase(std::unique(op.consumers.begin(), op.consumers.end()), op.consumers.end());
  }
  ops_ = std::move(sorted);
  by_name_.clear();
  by_value_.clear();
  for (uint32_t i = 0; i < count; ++i) {
    by_name_.try_emplace(ops_[i].name, i);
    by_file_name_[sanitised(ops_[i].name)].push_back(i);
    for (uint32_t k = 0; k < ops_[i].outputs.size(); ++k) {
      if (!ops_[i].outputs[k].value.empty()) {
        by_value_.try_emplace(ops_[i].outputs[k].value, Place{i, k});
      }
    }
  }
}

void ModelMap::find_outputs(const ir::Model& model) {
  if (is_onnx_) {
    for (const std::string_view name :
         model.graphs.empty() ? ir::List<std::string_view>{} : model.graphs[0].inputs) {
      inputs_.push_back(find_value(name));
    }
    for (const std::string_view name :
         model.graphs.empty() ? ir::List<std::string_view>{} : model.graphs[0].outputs) {
      outputs_.push_back(find_value(name));
    }
  } else {
    for (uint32_t i = 0; i < ops_.size(); ++i) {
      if (ops_[i].is_input) inputs_.push_back({i, 0});
      if (ops_[i].type != "NetOutput") continue;
      for (const Place& place : ops_[i].inputs) outputs_.push_back(source_of(place));
    }
  }
  for (const Place& place : outputs_) {
    if (place.op != kNoOp && place.index < ops_[place.op].outputs.size()) {
      ops_[place.op].outputs[place.index].is_model_output = true;
    }
  }
}

/// Outputs whose descriptor says nothing: an op carries out the last of those it was made from. Of
/// several ops made from one, it is the one that others outside of them read.
void ModelMap::find_origins() {
  const auto leaves_group = [&](const MapOp& op) {
    return op.consumers.empty() ||
           std::any_of(op.consumers.begin(), op.consumers.end(),
                       [&](uint32_t each) { return ops_[each].origins != op.origins; });
  };
  for (uint32_t i = 0; i < ops_.size(); ++i) {
    MapOp& op = ops_[i];
    for (const std::string& origin : op.origins) {
      by_origin_.insert_or_assign(sanitised(origin), i);
    }
    for (uint32_t k = 0; k < op.outputs.size(); ++k) {
      MapOutput& output = op.outputs[k];
      if (output.origin) by_origin_.insert_or_assign(sanitised(output.origin->op), i);
      if (output.origin || !output.no_origin.empty()) continue;
      if (op.made_by_compiler) {
        const Place from = source_of({i, k});
        if (from.op == i || from.op == kNoOp || from.index >= ops_[from.op].outputs.size()) {
          output.no_origin = "the compiler made this op; the source model has none like it";
        } else {
          output.origin = ops_[from.op].outputs[from.index].origin;
          output.no_origin = ops_[from.op].outputs[from.index].no_origin;
        }
      } else if (!op.origins.empty() && !leaves_group(op)) {
        output.no_origin =
            fmt::format("is a step inside of what {} was split into", op.origins.back());
      } else {
        output.origin = Origin{op.origins.empty() ? op.name : op.origins.back(), k};
      }
    }
  }
}

/// From a quantiser on, integers are scaled values until an op makes floats of them again.
void ModelMap::find_quantised() {
  const auto narrow = [](const MapOutput& output) {
    if (output.type == nullptr) return true;
    switch (output.type->dtype) {
      case DType::kInt8:
      case DType::kUInt8:
      case DType::kInt4:
      case DType::kInt16:
      case DType::kInt32: return true;
      default: return false;
    }
  };
  for (MapOp& op : ops_) {
    if (is_dequantiser(op.type) || op.outputs.empty() || !narrow(op.outputs[0])) continue;
    if (is_quantiser(op.type)) {
      op.quantised_from = op.name;
      continue;
    }
    for (const Place& place : op.inputs) {
      if (place.op == kNoOp || ops_[place.op].quantised_from.empty()) continue;
      op.quantised_from = ops_[place.op].quantised_from;
      break;
    }
  }
}

void ModelMap::find_precision() {
  const auto combine = [](DType a, DType b) {
    if (a == DType::kUndefined || b == DType::kUndefined) return a == DType::kUndefined ? b : a;
    return numeric::lower_precision(a, b);
  };
  for (MapOp& op : ops_) {
    for (const Place& place : op.inputs) {
      if (place.op != kNoOp) op.coarsest = combine(op.coarsest, ops_[place.op].coarsest);
    }
    const ir::TensorType* type = op.outputs.empty() ? nullptr : op.outputs[0].type;
    if (type == nullptr) continue;
    switch (type->dtype) {
      case DType::kFloat64:
      case DType::kFloat32:
      case DType::kBFloat16:
      case DType::kFloat16: op.coarsest = combine(op.coarsest, type->dtype); break;
      case DType::kUndefined: break;
      default: op.coarsest = DType::kUndefined;  // an index or a code is exact again
    }
  }
}

uint32_t ModelMap::find(std::string_view name) const {
  const auto exact = by_name_.find(std::string(name));
  if (exact != by_name_.end()) return exact->second;
  const auto alike = by_file_name_.find(sanitised(name));
  if (alike == by_file_name_.end() || alike->second.size() != 1) return kNoOp;
  return alike->second.front();
}

std::vector<std::string> ModelMap::names_like(std::string_view name) const {
  std::vector<std::string> names;
  const auto alike = by_file_name_.find(sanitised(name));
  if (alike == by_file_name_.end()) return names;
  for (const uint32_t op : alike->second) names.push_back(ops_[op].name);
  return names;
}

Place ModelMap::find_value(std::string_view value) const {
  const auto found = by_value_.find(std::string(value));
  return found == by_value_.end() ? Place{} : found->second;
}

Place ModelMap::source_of(Place place) const {
  size_t steps = 0;
  while (place.op != kNoOp && ops_[place.op].made_by_compiler && steps++ < ops_.size()) {
    const std::vector<Place>& inputs = ops_[place.op].inputs;
    const auto fed = std::find_if(inputs.begin(), inputs.end(),
                                  [](const Place& each) { return each.op != kNoOp; });
    if (fed == inputs.end()) break;
    place = *fed;
  }
  return place;
}

uint32_t ModelMap::made_from(std::string_view origin) const {
  const auto found = by_origin_.find(sanitised(origin));
  return found == by_origin_.end() ? kNoOp : found->second;
}

}  // namespace omscope::compare
