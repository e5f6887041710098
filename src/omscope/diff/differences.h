// What is not the same between two matched models; one file for each kind of difference.
#pragma once

#include "omscope/diff/matching.h"

namespace omscope::diff {

struct Comparison {
  const ir::Model& a;
  const ir::Model& b;
  const Options& options;
  Matching& matching;
  Result& result;
  bool same_family = false;     ///< types, attributes and descriptors mean the same on both sides
  bool same_build = false;      ///< also the same compiler for the same chip
  bool shapes_follow = false;   ///< inputs have other shapes, and so has all that follows
  bool other_types = false;     ///< between dialects: ops stand for ops of another type
  bool weights_folded = false;  ///< constants that build-time arithmetic made could not be compared
  bool weights_absent = false;  ///< bytes of constants are not in the files
  bool parts_left_out = false;  ///< one file is a description, which leaves out inner graphs
  uint64_t telling_equal = 0;   ///< equal constants with enough values to prove something
  uint64_t telling_open = 0;    ///< such constants that nothing could be said of

  /// A file of another kind does not say everything: what it leaves out is no difference.
  bool left_out(bool a_is_silent, bool b_is_silent) const {
    return (a_is_silent || b_is_silent) && a.kind != b.kind;
  }
  void add(Severity severity, Class kind, std::string subject, std::optional<std::string> of_a,
           std::optional<std::string> of_b, std::string why) {
    result.differences.push_back(
        {severity, kind, std::move(subject), std::move(of_a), std::move(of_b), std::move(why)});
  }
  /// Dumps of stages before shapes are known describe tensors as scalars.
  bool says_shape(const ir::Model& model, ir::List<int64_t> shape) const {
    const bool dump = model.kind == Kind::kGeProtoText || model.kind == Kind::kGeOnnxText ||
                      model.kind == Kind::kGeReadable;
    return !dump || !shape.empty();
  }
  void add_noise(uint64_t count = 1) { result.noise += count; }
};

void compare_interface(Comparison& c);   // interface, dynamic, aipp
void compare_wiring(Comparison& c);      // structure: ops fed by others
void compare_structure(Comparison& c);   // structure, fusion, layout ops
void compare_attributes(Comparison& c);  // attribute, placement, version
void compare_parameters(Comparison& c);  // attribute, between ONNX and what was compiled from it
void compare_command(Comparison& c);     // precision and other options of the recorded command
void compare_tensors(Comparison& c);     // dtype, precision, shape, layout
void compare_weights(Comparison& c);     // weight
void compare_versions(Comparison& c);    // version, target
void compare_build(Comparison& c);       // placement, memory, task, and all of the above
void compare_kernels(Comparison& c);     // kernel
void compare_coverage(Comparison& c);    // ONNX nodes that compiled ops carry out

/// What a file says, as text of a difference; nothing when it says nothing.
std::optional<std::string> said(std::string_view text);
/// An info when the two numbers are not the same.
void compare_number(Comparison& c, Class kind, std::string_view subject, std::optional<int64_t> a,
                    std::optional<int64_t> b, std::string_view why);

/// Engines that parts of the graph are placed on, "CPUCL, NPUCL".
std::string engines_of(const Network& network);

/// Dims as "[1, 3, 8, 8]".
std::string dims_text(ir::List<int64_t> dims);

/// Of matched pairs, both first in their groups, both with an op.
template <class Visit>
void for_each_pair(const Comparison& c, const Visit& visit) {
  for (const Group& group : c.matching.groups()) {
    if (group.a.empty() || group.b.empty()) continue;
    if (c.matching.a[group.a[0]].op == nullptr || c.matching.b[group.b[0]].op == nullptr) continue;
    visit(group);
  }
}

}  // namespace omscope::diff
