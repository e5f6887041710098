// One operator taken out of a run, with what it needs to be run alone.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "omscope/ir/model.h"
#include "omscope/ir/tensor_file.h"

namespace omscope::repro {

/// What is known of the operator that failed, from a log or from the command line. Empty: not
/// known.
struct Failure {
  std::string op_name;
  std::string op_type;
  std::string kernel;  ///< as the log names it, "te_l2loss_…__kernel0"
};

/// Where the facts come from; each may be absent, but not both of model and dump.
struct Evidence {
  const ir::Model* model = nullptr;
  const ir::TensorFile* dump = nullptr;
};

struct CaseTensor {
  std::string name;  ///< "input:0"
  bool is_input = true;
  bool is_constant = false;
  DType dtype = DType::kUndefined;
  std::string format;  ///< "" where nothing tells; an array is then taken as ND
  std::vector<int64_t> shape;
  std::string origin_format;
  std::vector<int64_t> origin_shape;
  /// Values, where there are any: views into the dump or the model.
  std::optional<ir::StoredTensor> data;
  const FileBytes* data_file = nullptr;
  std::string note;  ///< why there are none
};

struct CaseAttr {
  std::string name;
  const ir::AttrValue* value = nullptr;
};

struct Case {
  std::string op_name;
  std::string op_type;
  std::string kernel;         ///< name without what cores and launches add; empty: not known
  std::string kernel_source;  ///< "the log", "the model"
  std::string soc;
  std::vector<CaseTensor> inputs;
  std::vector<CaseTensor> outputs;
  std::vector<CaseAttr> attrs;
  std::vector<std::string> notes;  ///< what the reader of the case must know
};

/// Facts of the dump go before those of the model: they are of the run that failed.
Result<Case> make_case(const Failure& failure, const Evidence& evidence);

/// Whether two names mean the same op: names of dump files have "_" in place of "/", "." and " ".
bool same_op(std::string_view a, std::string_view b);

}  // namespace omscope::repro
