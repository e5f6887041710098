#include "support/same_graph.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "omscope/formats/graphtext/limits.h"

namespace omscope::test {
namespace {

using graphtext::Place;
using Keys = std::vector<std::string>;

/// The kinds of the two sides: an attribute counts where both can hold it.
struct Kinds {
  Kind a;
  Kind b;
};

Keys keys(ir::List<ir::Attr> attrs, const Kinds& kinds, Place place) {
  Keys out;
  for (const ir::Attr& attr : attrs) {
    if (graphtext::holds(kinds.a, attr, place) && graphtext::holds(kinds.b, attr, place)) {
      out.emplace_back(attr.name);
    }
  }
  return out;
}

size_t slots(const ir::Op& op, const Kinds& kinds) {
  size_t count = op.inputs.size();
  if (graphtext::holds_trailing_slots(kinds.a) && graphtext::holds_trailing_slots(kinds.b)) {
    return count;
  }
  while (count > 0 && op.inputs[count - 1].source.empty()) --count;
  return count;
}

void expect_type(const ir::TensorType& a, const ir::TensorType& b, const Kinds& kinds) {
  EXPECT_EQ(a.dtype, b.dtype);
  EXPECT_TRUE(std::equal(a.shape.begin(), a.shape.end(), b.shape.begin(), b.shape.end()));
  EXPECT_EQ(a.format.base, b.format.base);
  EXPECT_EQ(a.format.groups, b.format.groups);
  if (a.has_origin_shape && b.has_origin_shape) {
    EXPECT_TRUE(std::equal(a.origin_shape.begin(), a.origin_shape.end(), b.origin_shape.begin(),
                           b.origin_shape.end()));
  }
  EXPECT_EQ(keys(a.attrs, kinds, Place::kDescriptor), keys(b.attrs, kinds, Place::kDescriptor));
}

void expect_op(const ir::Op& a, const ir::Op& b, const Kinds& kinds) {
  SCOPED_TRACE("op " + std::string(a.name));
  EXPECT_EQ(a.name, b.name);
  EXPECT_EQ(a.type, b.type);
  EXPECT_EQ(a.id, b.id);
  EXPECT_EQ(a.stream_id, b.stream_id);
  EXPECT_TRUE(std::equal(a.control_inputs.begin(), a.control_inputs.end(), b.control_inputs.begin(),
                         b.control_inputs.end()));
  ASSERT_EQ(slots(a, kinds), slots(b, kinds));
  for (size_t i = 0; i < slots(a, kinds); ++i) {
    SCOPED_TRACE("input " + std::to_string(i));
    EXPECT_EQ(a.inputs[i].source, b.inputs[i].source);
    EXPECT_EQ(a.inputs[i].source_index, b.inputs[i].source_index);
    expect_type(*a.inputs[i].type, *b.inputs[i].type, kinds);
  }
  ASSERT_EQ(a.outputs.size(), b.outputs.size());
  for (size_t i = 0; i < a.outputs.size(); ++i) {
    SCOPED_TRACE("output " + std::to_string(i));
    expect_type(*a.outputs[i], *b.outputs[i], kinds);
  }
  EXPECT_EQ(keys(a.attrs, kinds, Place::kOp), keys(b.attrs, kinds, Place::kOp));
}

}  // namespace

void expect_same_graphs(const ir::Model& a, const ir::Model& b) {
  ASSERT_EQ(a.graphs.size(), b.graphs.size());
  for (size_t g = 0; g < a.graphs.size(); ++g) {
    SCOPED_TRACE("graph " + std::string(a.graphs[g].name));
    EXPECT_EQ(a.graphs[g].name, b.graphs[g].name);
    ASSERT_EQ(a.graphs[g].ops.size(), b.graphs[g].ops.size());
    for (size_t i = 0; i < a.graphs[g].ops.size(); ++i) {
      expect_op(a.graphs[g].ops[i], b.graphs[g].ops[i], {a.kind, b.kind});
    }
  }
}

}  // namespace omscope::test
