// What a writer may put in any order, in another order.
#pragma once

#include <random>
#include <string>

#include <google/protobuf/message.h>

#include "ge_ir.pb.h"

namespace omscope::test {

using Random = std::mt19937_64;

/// A message whose maps have their entries in another order, at any depth.
std::string with_maps_shuffled(const ::google::protobuf::Message& message, Random& random);

/// Every op behind the ops that feed it and that it waits for, the inputs of the model in their
/// order.
void shuffle_ops(::ge::proto::GraphDef& graph, Random& random);

/// The records of a kernel store.
std::string with_records_shuffled(const std::string& store, Random& random);

}  // namespace omscope::test
