#include <algorithm>
#include <array>

#include "omscope/report/model_json.h"
#include "omscope/report/summary.h"

namespace omscope::report {
namespace {

using Form = JsonStream::Form;

/// The places of `list` in the order of their keys, each key once: hostile files repeat keys, and
/// the last one counts.
template <class List, class KeyOf>
std::vector<uint32_t> by_key(const List& list, const KeyOf& key_of) {
  std::vector<uint32_t> order(list.size());
  for (uint32_t i = 0; i < order.size(); ++i) order[i] = i;
  std::stable_sort(order.begin(), order.end(),
                   [&](uint32_t a, uint32_t b) { return key_of(list[a]) < key_of(list[b]); });
  std::vector<uint32_t> last;
  for (const uint32_t each : order) {
    if (!last.empty() && key_of(list[last.back()]) == key_of(list[each])) {
      last.back() = each;
    } else {
      last.push_back(each);
    }
  }
  return last;
}

template <class T>
Json or_null(const std::optional<T>& value) {
  return value ? json_int(static_cast<int64_t>(*value)) : Json(nullptr);
}

void write_port(JsonStream& out, const ir::Port& port) {
  out.open_object(Form::kLine);
  out.text("name", port.name);
  out.field("dtype", dtype_json(port.dtype));
  write_shape(out, "shape", port.has_shape, port.shape);
  if (port.dim_names.empty()) {
    out.field("dim_names", nullptr);
  } else {
    out.open_array("dim_names");
    for (const std::string_view name : port.dim_names) out.item(json_text_or_null(name));
    out.close();
  }
  write_layout(out, port.format);
  out.field("size", json_uint_or_null(port.size));
  if (!port.ranges.empty()) {
    out.open_array("ranges");
    for (const ir::DimRange& range : port.ranges) {
      out.item_dims(std::array{range.smallest, range.largest});
    }
    out.close();
  }
  if (port.value_kind != ir::ValueKind::kTensor) {
    out.text("value_kind", value_kind_name(port.value_kind));
  }
  out.close();
}

void write_ports(JsonStream& out, std::string_view key, const std::vector<ir::Port>& ports) {
  out.open_array(key);
  for (const ir::Port& port : ports) write_port(out, port);
  out.close();
}

void write_dynamic(JsonStream& out, const ir::Dynamic& dynamic) {
  out.open_object("dynamic", Form::kLine);
  out.text("kind", dynamic_kind_name(dynamic.kind));
  out.open_array("gears");
  for (const auto& gear : dynamic.gears) out.item_dims(gear);
  out.close();
  out.close();
}

void write_aipp_config(JsonStream& out, const Source& source, const ir::NamedAttrs& config) {
  const auto key_of = [](const ir::Attr& attr) { return attr.name; };
  for (const uint32_t at : by_key(config.attrs, key_of)) {
    const ir::Attr& attr = config.attrs[at];
    write_member(out, source, attr.name, attr.value);
  }
}

void write_aipp(JsonStream& out, const Source& source, const ir::Aipp& aipp) {
  out.open_object(Form::kLine);
  out.text_or_null("input", aipp.input);
  out.text_or_null("mode", aipp.mode);
  out.text_or_null("image_format", aipp.image_format);
  out.field("src_w", or_null(aipp.src_w));
  out.field("src_h", or_null(aipp.src_h));
  out.field("size", json_uint_or_null(aipp.size));
  out.open_object("config");
  if (aipp.config != nullptr) write_aipp_config(out, source, *aipp.config);
  out.close();
  out.close();
}

void write_opsets(JsonStream& out, const std::vector<ir::OpsetImport>& opsets) {
  out.open_object("opsets", Form::kLine);
  const auto key_of = [](const ir::OpsetImport& opset) { return opset.domain; };
  for (const uint32_t at : by_key(opsets, key_of)) {
    out.field(opsets[at].domain, json_int(opsets[at].version));
  }
  out.close();
}

void write_metadata(JsonStream& out, const ir::ModelInfo& info) {
  out.open_object("metadata");
  const auto key_of = [](const auto& entry) { return entry.first; };
  for (const uint32_t at : by_key(info.metadata, key_of)) {
    out.text(info.metadata[at].first, info.metadata[at].second);
  }
  out.close();
}

void write_functions(JsonStream& out, const ir::Model& model) {
  out.open_array("functions");
  for (const ir::Function& function : model.functions) {
    out.open_object(Form::kLine);
    out.text("name", function.name);
    out.text("domain", function.domain);
    out.field("op_count", model.graphs[function.graph].ops.size());
    out.close();
  }
  out.close();
}

}  // namespace

void write_container(JsonStream& out, const ir::Model& model) {
  const ir::Container& container = model.container;
  out.open_object("container");
  out.field("version", json_uint_or_null(container.version));
  out.field("model_type", or_null(container.model_type));
  out.field("model_num", or_null(container.model_num));
  out.open_object("header", Form::kLine);
  for (const ir::HeaderField& field : container.header) {
    if (const auto* number = std::get_if<uint64_t>(&field.value)) {
      out.field(field.name, json_uint(*number));
    } else {
      out.text(field.name, std::get<std::string>(field.value));
    }
  }
  out.close();
  out.open_array("partitions");
  for (const ir::Partition& partition : container.partitions) {
    out.open_object(Form::kLine);
    out.field("table", partition.table);
    out.field("index", partition.index);
    out.field("type", partition.type);
    out.text_or_null("type_name", partition.type_name);
    out.field("offset", json_uint(partition.offset));
    out.field("size", json_uint(partition.size));
    out.close();
  }
  out.close();
  out.close();
}

void write_model_info(JsonStream& out, const Source& source, bool attrs) {
  const ir::Model& model = source.model;
  const ir::ModelInfo& info = model.info;
  out.open_object("model");
  out.text_or_null("name", info.name);
  out.text_or_null("soc_version", info.soc_version);
  out.text_or_null("atc_version", info.atc_version);
  out.text_or_null("opp_version", info.opp_version);
  out.text_or_null("framework", info.framework);
  out.text_or_null("atc_cmdline", info.atc_cmdline);
  out.text_or_null("compiler_date", info.compiler_date);
  out.field("memory_size", or_null(info.memory_size));
  out.field("weight_size", or_null(info.weight_size));
  out.field("parameters", json_uint_or_null(count_parameters(model)));
  out.field("stream_num", or_null(info.stream_num));
  out.field("event_num", or_null(info.event_num));
  out.field("om_ir_version", or_null(info.om_ir_version));
  write_dynamic(out, model.dynamic);
  out.open_array("aipp");
  for (const ir::Aipp& each : model.aipp) write_aipp(out, source, each);
  out.close();
  write_ports(out, "inputs", model.inputs);
  write_ports(out, "outputs", model.outputs);
  out.field("ir_version", or_null(info.ir_version));
  write_opsets(out, info.opsets);
  out.text_or_null("producer", info.producer);
  write_metadata(out, info);
  write_functions(out, model);
  if (attrs) write_attrs(out, source, "attrs", model.attrs);
  out.close();
}

}  // namespace omscope::report
