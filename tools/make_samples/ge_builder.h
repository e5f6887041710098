// Graph Engine models, op by op, with the attributes that real builds have.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "ge_ir.pb.h"

namespace omscope::samples {

using Dims = std::vector<int64_t>;

/// A tensor as a descriptor tells it.
struct TensorSpec {
  ::ge::proto::DataType dtype = ::ge::proto::DT_FLOAT16;
  Dims shape;
  std::string layout = "NCHW";
  Dims origin_shape;  ///< empty: the same as `shape`
  std::string origin_format = "NCHW";
  int64_t c0 = 0;  ///< of the integer layout; 0: not written

  int64_t bytes() const;
};

// Values of attributes.
void set_attr(::ge::proto::AttrDef& attr, const char* value);
void set_attr(::ge::proto::AttrDef& attr, const std::string& value);
void set_attr(::ge::proto::AttrDef& attr, int64_t value);
void set_attr(::ge::proto::AttrDef& attr, int value);
void set_attr(::ge::proto::AttrDef& attr, bool value);
void set_attr(::ge::proto::AttrDef& attr, float value);
void set_attr(::ge::proto::AttrDef& attr, const Dims& value);
void set_attr(::ge::proto::AttrDef& attr, const std::vector<std::string>& value);
void set_attr(::ge::proto::AttrDef& attr, const std::vector<bool>& value);

void fill_descriptor(const TensorSpec& spec, ::ge::proto::TensorDescriptor& desc);

/// One op. Edges are also written the redundant way (src_name, dst_name) by `ModelBuilder`.
class OpBuilder {
 public:
  OpBuilder(::ge::proto::OpDef& op, const std::string& name, const std::string& type, int64_t id);

  OpBuilder& input(const std::string& source, const TensorSpec& spec, int index = 0);
  /// A slot that nothing is connected to.
  OpBuilder& open_input(const TensorSpec& spec);
  OpBuilder& optional_input();
  OpBuilder& control(const std::string& source);
  OpBuilder& output(const TensorSpec& spec);
  OpBuilder& origin(const std::vector<std::string>& names);
  OpBuilder& subgraph(const std::string& name);

  template <class T>
  OpBuilder& attr(const std::string& key, const T& value) {
    set_attr((*op_.mutable_attr())[key], value);
    return *this;
  }

  /// The attributes that every compiled AI Core op of a real build carries.
  OpBuilder& compiled(const std::string& kernel, int64_t block_dim, const std::string& pattern);

  ::ge::proto::OpDef& def() { return op_; }

 private:
  ::ge::proto::OpDef& op_;
};

/// A ModelDef and its weights partition.
class ModelBuilder {
 public:
  explicit ModelBuilder(const std::string& name);

  OpBuilder op(const std::string& name, const std::string& type);
  /// A Const op whose bytes go to the weights partition, 512-aligned.
  std::string constant(const std::string& name, const TensorSpec& spec, const std::string& bytes);
  /// A Const op that holds its bytes itself.
  std::string inline_constant(const std::string& name, const TensorSpec& spec,
                              const std::string& bytes);

  template <class T>
  ModelBuilder& attr(const std::string& key, const T& value) {
    set_attr((*model_.mutable_attr())[key], value);
    return *this;
  }

  /// A further graph; ops go to the newest.
  ModelBuilder& graph(const std::string& name);

  ::ge::proto::ModelDef& def() { return model_; }
  const std::string& weights() const { return weights_; }

  /// Writes edges the redundant way, the memory plan, and model attributes that follow from the
  /// rest. Call it once, last.
  void finish();

 private:
  ::ge::proto::OpDef& next_op() { return *model_.mutable_graph(model_.graph_size() - 1)->add_op(); }

  ::ge::proto::ModelDef model_;
  std::string weights_;
  int64_t next_id_ = 0;
};

/// Replaces attribute names of ops and descriptors, and texts, by codes of a dictionary that
/// becomes model attributes (`om_compress_version` = 1).
void compress_attributes(::ge::proto::ModelDef& model);

/// The code of a dictionary index: a zero byte and base-127 digits.
std::string attribute_code(uint64_t index);

/// Deterministic serialisation: map entries in order.
std::string serialized(const google::protobuf::Message& message);

}  // namespace omscope::samples
