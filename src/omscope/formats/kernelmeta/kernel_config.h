// Which combinations of dtype and format a kernels package has binaries for.
//
// Three files tell, all JSON:
//   kernel/config/<chip>/<op>.json          {"binList": [{implMode, deterministic, inputs, outputs,
//                                           simplifiedKey, binInfo}]}
//   kernel/config/<chip>/binary_info_config.json   {"<OpType>": {"binaryList": [{simplifiedKey,
//                                           binPath}]}}
//   aic-<chip>-ops-info.json                {"<OpType>": {"input0": {"dtype": "float16,float"}}}
// The last lists what the operator supports; the n-th dtype of every tensor belong together.
//
// A simplified key is "AddCustom/d=0,p=1/1,2/1,2/1,2": deterministic, implementation mode, then
// dtype and format by their numbers per tensor; "diy,99" matches everything.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "omscope/core/result.h"

namespace omscope::kernelmeta {

struct ConfigTensor {
  std::string name;
  std::string dtype;   ///< "float32", as files write it
  std::string format;  ///< "ND"; empty: not stated
  bool any_format = false;
};

struct Combination {
  std::vector<ConfigTensor> inputs;
  std::vector<ConfigTensor> outputs;
  std::vector<std::string> modes;  ///< empty: the default one
  std::string deterministic;       ///< "ignore", "true", "false"; empty: not stated
  std::string binary;              ///< path of the binary or of its description

  size_t tensors() const { return inputs.size() + outputs.size(); }
  const ConfigTensor& tensor(size_t index) const {
    return index < inputs.size() ? inputs[index] : outputs[index - inputs.size()];
  }
};

struct KernelConfig {
  std::string op;  ///< as asked for; empty for a file of one operator
  std::vector<Combination> combinations;
  bool is_op_info = false;  ///< what the operator can do, not what there are binaries of
};

/// Reads any of the three; `op` is the type to look for in files of several.
Result<KernelConfig> read_kernel_config(std::string_view text, std::string_view op,
                                        std::string_view file);

/// Whether the file is one of the three.
bool looks_like_kernel_config(std::string_view text);

}  // namespace omscope::kernelmeta
