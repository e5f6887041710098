// A model that is written as atc JSON and read back has the same graphs. Its attributes need not be
// the same: the format shows what it leaves out as null, which cannot be told from nothing.

#include <sstream>

#include "omscope/formats/graphtext/atc_json.h"
#include "omscope/formats/graphtext/graphtext_reader.h"

#include "fuzz/check.h"
#include "fuzz/targets.h"

namespace omscope::fuzz {
namespace {

std::string json_of(const ir::Model& model) {
  std::ostringstream out;
  const auto written = graphtext::write_atc_json(model, out);
  return written ? out.str() : std::string();
}

std::unique_ptr<ir::Model> read_json(const std::string& json) {
  return graphtext::read_graphtext(as_file(json), Kind::kAtcJson);
}

void require_same(const ir::Op& a, const ir::Op& b) {
  require(a.name == b.name, "names of ops survive");
  require(a.type == b.type, "types of ops survive");
  require(a.id == b.id && a.stream_id == b.stream_id, "ids of ops survive");
  require(a.inputs.size() == b.inputs.size(), "inputs survive");
  for (size_t i = 0; i < a.inputs.size(); ++i) {
    require(a.inputs[i].source == b.inputs[i].source &&
                a.inputs[i].source_index == b.inputs[i].source_index,
            "sources of inputs survive");
  }
  require(a.outputs.size() == b.outputs.size(), "outputs survive");
}

void require_same(const ir::Graph& a, const ir::Graph& b) {
  require(a.name == b.name, "names of graphs survive");
  require(a.ops.size() == b.ops.size(), "ops survive");
  for (size_t i = 0; i < a.ops.size(); ++i) require_same(a.ops[i], b.ops[i]);
}

}  // namespace

void atc_round_trip(std::string_view input) {
  const auto file = as_file(input);
  ir::Model first(file, Kind::kGeProtoText);
  graphtext::read_spelled_model(first, std::string(input));
  const std::string json = json_of(first);
  // Damaged descriptions are read as far as they go, and written as they stand.
  if (json.empty() || !first.problems.list().empty()) return;
  const auto second = read_json(json);
  require(!second->problems.has_error(), "what is written can be read");
  require(second->graphs.size() == first.graphs.size(), "graphs survive");
  for (size_t i = 0; i < first.graphs.size(); ++i) {
    require_same(first.graphs[i], second->graphs[i]);
  }
}

}  // namespace omscope::fuzz
