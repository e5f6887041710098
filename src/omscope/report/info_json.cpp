#include <map>

#include "omscope/core/text.h"
#include "omscope/report/model_json.h"
#include "omscope/report/summary.h"

namespace omscope::report {
namespace {

/// An object of unique keys; hostile files repeat them.
Json object_of(const std::map<std::string, Json>& members) {
  Json out = Json::object();
  auto& list = out.get_ref<Json::object_t&>();
  for (const auto& [key, value] : members) list.push_back({key, value});
  return out;
}

template <class T>
Json or_null(const std::optional<T>& value) {
  return value ? json_int(static_cast<int64_t>(*value)) : Json(nullptr);
}

Json port_json(const ir::Port& port) {
  ir::TensorType type;
  type.dtype = port.dtype;
  type.has_shape = port.has_shape;
  type.shape = port.shape;
  type.format = port.format;
  Json typed = Json::object();
  add_type(type, typed);
  Json dim_names = nullptr;
  if (!port.dim_names.empty()) {
    dim_names = Json::array();
    for (const std::string_view name : port.dim_names) dim_names.push_back(json_text_or_null(name));
  }
  Json out = {{"name", json_text(port.name)},
              {"dtype", typed["dtype"]},
              {"shape", typed["shape"]},
              {"dim_names", dim_names},
              {"format", typed["format"]},
              {"groups", typed["groups"]},
              {"c0", typed["c0"]},
              {"size", json_uint_or_null(port.size)}};
  if (port.value_kind != ir::ValueKind::kTensor)
    out["value_kind"] = value_kind_name(port.value_kind);
  return out;
}

Json ports_json(const std::vector<ir::Port>& ports) {
  Json out = Json::array();
  for (const ir::Port& port : ports) out.push_back(port_json(port));
  return out;
}

Json dynamic_json(const ir::Dynamic& dynamic) {
  Json gears = Json::array();
  for (const auto& gear : dynamic.gears) gears.push_back(json_dims(gear));
  return {{"kind", dynamic_kind_name(dynamic.kind)}, {"gears", std::move(gears)}};
}

Json aipp_json(const ir::Model& model, const ir::Aipp& aipp) {
  std::map<std::string, Json> config;
  if (aipp.config != nullptr) {
    for (const ir::Attr& attr : aipp.config->attrs) {
      config[as_utf8(attr.name)] = attr_json(model, attr.value);
    }
  }
  return {{"input", json_text_or_null(aipp.input)},
          {"mode", json_text_or_null(aipp.mode)},
          {"image_format", json_text_or_null(aipp.image_format)},
          {"src_w", or_null(aipp.src_w)},
          {"src_h", or_null(aipp.src_h)},
          {"size", json_uint_or_null(aipp.size)},
          {"config", object_of(config)}};
}

Json functions_json(const ir::Model& model) {
  Json out = Json::array();
  for (const ir::Function& function : model.functions) {
    out.push_back({{"name", json_text(function.name)},
                   {"domain", json_text(function.domain)},
                   {"op_count", model.graphs[function.graph].ops.size()}});
  }
  return out;
}

}  // namespace

Json container_json(const ir::Model& model) {
  Json header = Json::object();
  for (const ir::HeaderField& field : model.container.header) {
    const auto* number = std::get_if<uint64_t>(&field.value);
    header[std::string(field.name)] =
        number != nullptr ? json_uint(*number) : json_text(std::get<std::string>(field.value));
  }
  Json partitions = Json::array();
  for (const ir::Partition& partition : model.container.partitions) {
    partitions.push_back({{"table", partition.table},
                          {"index", partition.index},
                          {"type", partition.type},
                          {"type_name", json_text_or_null(partition.type_name)},
                          {"offset", json_uint(partition.offset)},
                          {"size", json_uint(partition.size)}});
  }
  return {{"version", json_uint_or_null(model.container.version)},
          {"model_type", or_null(model.container.model_type)},
          {"model_num", or_null(model.container.model_num)},
          {"header", std::move(header)},
          {"partitions", std::move(partitions)}};
}

Json model_info_json(const ir::Model& model) {
  const ir::ModelInfo& info = model.info;
  std::map<std::string, Json> opsets;
  for (const ir::OpsetImport& opset : info.opsets) {
    opsets[as_utf8(opset.domain)] = json_int(opset.version);
  }
  std::map<std::string, Json> metadata;
  for (const auto& [key, value] : info.metadata) metadata[as_utf8(key)] = json_text(value);
  Json aipp = Json::array();
  for (const ir::Aipp& each : model.aipp) aipp.push_back(aipp_json(model, each));
  return {{"name", json_text_or_null(info.name)},
          {"soc_version", json_text_or_null(info.soc_version)},
          {"atc_version", json_text_or_null(info.atc_version)},
          {"opp_version", json_text_or_null(info.opp_version)},
          {"framework", json_text_or_null(info.framework)},
          {"atc_cmdline", json_text_or_null(info.atc_cmdline)},
          {"compiler_date", json_text_or_null(info.compiler_date)},
          {"memory_size", or_null(info.memory_size)},
          {"weight_size", or_null(info.weight_size)},
          {"parameters", json_uint_or_null(count_parameters(model))},
          {"stream_num", or_null(info.stream_num)},
          {"event_num", or_null(info.event_num)},
          {"om_ir_version", or_null(info.om_ir_version)},
          {"dynamic", dynamic_json(model.dynamic)},
          {"aipp", std::move(aipp)},
          {"inputs", ports_json(model.inputs)},
          {"outputs", ports_json(model.outputs)},
          {"ir_version", or_null(info.ir_version)},
          {"opsets", object_of(opsets)},
          {"producer", json_text_or_null(info.producer)},
          {"metadata", object_of(metadata)},
          {"functions", functions_json(model)}};
}

}  // namespace omscope::report
