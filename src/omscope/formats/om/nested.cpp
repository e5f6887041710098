#include "omscope/formats/om/nested.h"

#include <fmt/format.h>

#include "omscope/core/text.h"
#include "omscope/formats/ge/facts.h"
#include "omscope/formats/om/dialect.h"
#include "omscope/formats/om/om_reader.h"

namespace omscope::om {
namespace {

using wire::bytes;

struct Submodel {
  std::string_view name;
  std::string_view type;
  ByteView om_data;
  ByteView graph;
  std::string_view file_path;
};

Submodel parse_submodel(ir::Model& model, ByteView message) {
  Submodel out;
  wire::Reader reader(message);
  while (reader.next()) {
    switch (reader.tag()) {
      case bytes(1): out.name = reader.text(); break;
      case bytes(2): out.type = reader.text(); break;
      case bytes(3): out.om_data = reader.payload(); break;
      case bytes(4): out.graph = reader.payload(); break;
      case bytes(9): out.file_path = reader.text(); break;
      default: break;
    }
  }
  if (reader.damaged()) {
    model.problems.error(Code::kBadProtobuf, model.offset_of({reader.field_start(), size_t{0}}),
                         "FLOW_SUBMODEL", "the message is damaged from here on");
  }
  return out;
}

/// A submodel that is only described, not compiled: its graph alone.
std::unique_ptr<ir::Model> read_described(const ir::Model& outer, ByteView graph) {
  auto inner = std::make_unique<ir::Model>(outer.file, Kind::kOmFlow);
  inner->range = graph;
  ge::Context context(*inner, "FLOW_SUBMODEL graph");
  ge::read_single_graph(context, graph);
  context.report();
  const uint64_t base = outer.offset_of(graph).value_or(0);
  inner->byte_map.add(base, graph.size(), "graph");
  inner->account = inner->byte_map.account(graph, base);
  return inner;
}

void add_submodel(ir::Model& model, std::string_view name, std::unique_ptr<ir::Model> inner) {
  inner->submodel_name = std::string(name);
  for (const Problem& problem : inner->problems.list()) {
    Problem copy = problem;
    copy.where = fmt::format("submodel {}: {}", for_terminal(name), problem.where);
    model.problems.add(std::move(copy));
  }
  model.submodels.push_back(std::move(inner));
}

void read_flow_submodel(ir::Model& model, const ir::Partition& partition, int nesting) {
  const Submodel submodel = parse_submodel(model, partition.bytes);
  if (!submodel.om_data.empty() && starts_like_om(submodel.om_data)) {
    add_submodel(model, submodel.name, read_om(model.file, submodel.om_data, nesting + 1));
  } else if (!submodel.graph.empty()) {
    add_submodel(model, submodel.name, read_described(model, submodel.graph));
  } else if (!submodel.om_data.empty()) {
    model.problems.info(Code::kUndocumented, model.offset_of(submodel.om_data),
                        fmt::format("submodel {}", for_terminal(submodel.name)),
                        fmt::format("a package of type {} with {} bytes, not a model",
                                    for_terminal(submodel.type), submodel.om_data.size()));
  } else {
    model.problems.info(Code::kExternalMissing, partition.offset,
                        fmt::format("submodel {}", for_terminal(submodel.name)),
                        fmt::format("is in another file, {}; look at that one by itself",
                                    for_terminal(submodel.file_path)));
  }
}

}  // namespace

void read_nested(ir::Model& model, int nesting) {
  // Partitions that overlap must not make the reader go over the same bytes again and again.
  uint64_t budget = model.file->size();
  size_t in_bundle = 0;
  for (const ir::Partition& partition : model.container.partitions) {
    const bool flow = partition.type_name == "FLOW_SUBMODEL";
    const bool bundle = partition.type_name == "BUNDLE_MODEL_INFO";
    if (!flow && !bundle) continue;
    if (nesting + 1 >= kMostNesting) {
      model.problems.error(Code::kTooDeep, partition.offset, std::string(partition.type_name),
                           "models are nested more than three deep; no real one is");
      return;
    }
    if (partition.bytes.size() > budget) {
      model.problems.error(
          Code::kOverlap, partition.offset, std::string(partition.type_name),
          "nested models take more bytes than the file has; the rest was left out");
      return;
    }
    budget -= partition.bytes.size();
    if (flow) {
      read_flow_submodel(model, partition, nesting);
    } else {
      add_submodel(model, fmt::format("model {}", in_bundle++),
                   read_om(model.file, partition.bytes, nesting + 1));
    }
  }
}

}  // namespace omscope::om
