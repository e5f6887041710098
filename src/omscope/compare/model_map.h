// What a model says of the tensors of its runs: which tensor of the source model each one equals,
// and in which order ops run.
//
// A compiled op names the ops it was made from (`_datadump_original_op_names`), each of its outputs
// the one it equals (`_datadump_origin_name`, `_datadump_origin_output_index`, on the output's
// descriptor). Cast and TransData of the compiler carry the value of their input.
#pragma once

#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "omscope/ir/model.h"

namespace omscope::compare {

constexpr uint32_t kNoOp = 0xFFFFFFFFU;

/// An output of an op.
struct Place {
  uint32_t op = kNoOp;
  uint32_t index = 0;
};

/// An output of an op of the source model.
struct Origin {
  std::string op;
  uint32_t index = 0;
};

struct MapOutput {
  std::optional<Origin> origin;
  std::string no_origin;  ///< why there is none
  std::string value;      ///< ONNX: the value's name
  const ir::TensorType* type = nullptr;
  bool is_model_output = false;
};

struct MapOp {
  std::string name;
  std::string type;
  std::vector<std::string> origins;
  std::vector<Place> inputs;  ///< by slot; kNoOp where nothing or something unknown feeds it
  std::vector<MapOutput> outputs;
  std::vector<uint32_t> consumers;
  bool made_by_compiler = false;  ///< Cast, TransData and the like without an op of the source
  bool is_constant = false;
  bool is_input = false;  ///< feeds the model
  /// Integers between these two ops stand for scaled floats; empty: they do not.
  std::string quantised_from;
  /// The coarsest float type among what its outputs were made from: they are no finer than that.
  /// kUndefined: nothing is known of it.
  DType coarsest = DType::kUndefined;
};

class ModelMap {
 public:
  explicit ModelMap(const ir::Model& model);

  bool is_onnx() const { return is_onnx_; }
  /// In an order in which they can run.
  const std::vector<MapOp>& ops() const { return ops_; }

  /// By its exact name, else by the name that a dump's file gives it. kNoOp: there is none, or
  /// several (see `names_like`).
  uint32_t find(std::string_view name) const;
  /// Exact names that are written alike in the names of files.
  std::vector<std::string> names_like(std::string_view name) const;
  /// The op that makes an ONNX value.
  Place find_value(std::string_view value) const;
  /// Inputs and outputs of the whole model, as values or ops.
  const std::vector<Place>& model_inputs() const { return inputs_; }
  const std::vector<Place>& model_outputs() const { return outputs_; }

  /// The place whose value it is, ops that only change its form looked through.
  Place source_of(Place place) const;
  /// The last op with this op of the source model among its origins, whose name may be as files
  /// have it; kNoOp: none.
  uint32_t made_from(std::string_view origin) const;

 private:
  void add_ops(const ir::Model& model);
  void add_onnx_inputs(const ir::Model& model);
  void link();
  void sort();
  void find_outputs(const ir::Model& model);
  void find_origins();
  void find_quantised();
  void find_precision();

  bool is_onnx_ = false;
  std::vector<MapOp> ops_;
  std::vector<const ir::Op*> read_;  ///< beside ops_, while it is made
  std::unordered_map<std::string, uint32_t> by_name_;
  std::unordered_map<std::string, std::vector<uint32_t>> by_file_name_;
  std::unordered_map<std::string, Place> by_value_;
  std::unordered_map<std::string, uint32_t> by_origin_;
  std::vector<Place> inputs_;
  std::vector<Place> outputs_;
};

}  // namespace omscope::compare
