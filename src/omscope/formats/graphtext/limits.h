// What each text format cannot hold of a graph. Comparisons between formats leave out exactly what
// stands in the table of limits.cpp: a thing that one side cannot say is unknown, not changed.
#pragma once

#include <span>

#include "omscope/core/kind.h"
#include "omscope/ir/graph.h"

namespace omscope::graphtext {

enum class Place : uint8_t { kOp, kDescriptor };

struct Limit {
  Kind kind;
  std::string_view what;
  /// Whether the format leaves this attribute out; nullptr for limits that concern no attribute.
  bool (*leaves_out)(const ir::Attr& attr, Place place);
};

/// The whole table, for documentation.
std::span<const Limit> limits();

/// Whether a file of this kind would show the attribute under its own name.
bool holds(Kind kind, const ir::Attr& attr, Place place);

/// Slots behind the last connected one: some formats do not write them.
bool holds_trailing_slots(Kind kind);

}  // namespace omscope::graphtext
