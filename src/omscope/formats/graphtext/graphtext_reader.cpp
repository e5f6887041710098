#include "omscope/formats/graphtext/graphtext_reader.h"

#include <algorithm>
#include <array>

#include "omscope/core/byte_order_mark.h"
#include "omscope/formats/ge/facts.h"
#include "omscope/formats/graphtext/ge_onnx.h"
#include "omscope/formats/graphtext/json_to_wire.h"
#include "omscope/formats/graphtext/text_to_wire.h"
#include "omscope/formats/onnx/onnx_reader.h"

namespace omscope::graphtext {
namespace {

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}
bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

std::string_view skip_blank(std::string_view text) {
  for (;;) {
    while (!text.empty() && is_space(text[0])) text.remove_prefix(1);
    if (text.empty() || text[0] != '#') return text;
    text.remove_prefix(std::min(text.find('\n'), text.size()));
  }
}

std::string_view first_word(std::string_view text) {
  const auto end = std::find_if_not(text.begin(), text.end(), is_word);
  return text.substr(0, static_cast<size_t>(end - text.begin()));
}

/// "word {" or "word:": a field of a text-format message.
bool starts_field(std::string_view text) {
  const std::string_view rest = skip_blank(text.substr(first_word(text).size()));
  return rest.starts_with(':') || rest.starts_with('{') || rest.starts_with('<');
}

/// Whether a graph, told by the fields that stand first in it, is ONNX's: "node" against "op".
bool graph_is_onnx(std::string_view text) {
  constexpr size_t kLook = size_t{1} << 16;
  const std::string_view head = text.substr(0, kLook);
  const size_t node = head.find("node {");
  const size_t op = head.find("op {");
  return node < op;
}

Kind kind_of_text(std::string_view text) {
  const std::string_view word = first_word(text);
  if (!starts_field(text)) return Kind::kUnknown;
  constexpr std::array<std::string_view, 5> kOnnxOnly = {
      "ir_version", "producer_name", "opset_import", "producer_version", "model_version"};
  constexpr std::array<std::string_view, 4> kGeOnly = {"name", "version", "custom_version", "attr"};
  const auto is_one_of = [&](const auto& words) {
    return std::find(words.begin(), words.end(), word) != words.end();
  };
  if (is_one_of(kOnnxOnly) || (word == "graph" && graph_is_onnx(text))) {
    return is_ge_onnx(text) ? Kind::kGeOnnxText : Kind::kOnnx;
  }
  const bool has_graph = text.find("graph") != std::string_view::npos;
  if (word == "graph" || (is_one_of(kGeOnly) && has_graph)) return Kind::kGeProtoText;
  return Kind::kUnknown;
}

void read_ge_message(ir::Model& model, ByteView message) {
  model.model_def = message;
  ge::Context context(model, "ModelDef");
  ge::AttrDictionary dictionary;
  const ge::ModelDef def = ge::read_model_def(context, message, dictionary, nullptr);
  ge::collect_weights(context, def.first_graph);
  ge::read_info(model, def);
  ge::read_interface(context, def);
  context.report();
  if (model.info.name.empty() && !model.graphs.empty()) model.info.name = model.graphs[0].name;
}

/// Keeps the bytes that a text spells as long as the model that refers to them.
ByteView keep(ir::Model& model, std::string message) {
  auto owned = std::make_shared<const std::string>(std::move(message));
  model.owners.push_back(owned);
  return as_bytes(*owned);
}

void read_onnx_text(ir::Model& model, std::string_view text, Kind kind) {
  const ByteView message =
      keep(model, text_to_wire(text, wire::onnx_model_schema(), model.problems));
  if (kind == Kind::kOnnx) return onnx::read_model(model, message);
  onnx::read_model(model, message, onnx::Edges::kLeave);
  ge_graphs_from_onnx(model);
}

}  // namespace

Kind recognise(std::string_view text) {
  text = skip_blank(text);
  if (!text.starts_with('{')) return kind_of_text(text);
  return json_has_member(text, "graph") ? Kind::kAtcJson : Kind::kUnknown;
}

void read_spelled_model(ir::Model& model, std::string message) {
  read_ge_message(model, keep(model, std::move(message)));
}

std::unique_ptr<ir::Model> read_graphtext(const std::shared_ptr<const FileBytes>& file, Kind kind) {
  auto model = std::make_unique<ir::Model>(file, kind);
  std::string_view text = as_text(file->bytes());
  // Blanks keep the offsets true; readers of JSON know the mark.
  std::string blanked;
  if (without_byte_order_mark(text).size() < text.size() && kind != Kind::kAtcJson) {
    blanked = std::string(kByteOrderMark.size(), ' ');
    text = blanked += without_byte_order_mark(text);
  }
  model->byte_map.add(0, file->size(), "text");
  switch (kind) {
    case Kind::kAtcJson:
      read_spelled_model(*model, json_to_wire(text, wire::ge_model_schema(), model->problems));
      break;
    case Kind::kGeProtoText:
      read_spelled_model(*model, text_to_wire(text, wire::ge_model_schema(), model->problems));
      break;
    default: read_onnx_text(*model, text, kind);
  }
  model->account = model->byte_map.account(file->bytes());
  return model;
}

}  // namespace omscope::graphtext
