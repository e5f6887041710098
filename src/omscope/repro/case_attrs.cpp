#include "omscope/repro/case_attrs.h"

#include <algorithm>
#include <array>

#include "omscope/core/text.h"

namespace omscope::repro {
namespace {

bool is_internal(std::string_view name) {
  constexpr std::array<std::string_view, 34> kNames = {"OwnerGraphIsUnknown",
                                                       "is_input_const",
                                                       "OUTPUT_IS_VAR",
                                                       "INPUT_IS_VAR",
                                                       "tvm_magic",
                                                       "tvm_blockdim",
                                                       "op_para_size",
                                                       "imply_type",
                                                       "fusion_scope",
                                                       "pass_name",
                                                       "pass_name_ub",
                                                       "tvm_cache_read_mode",
                                                       "ub_atomic_params",
                                                       "continuous_output",
                                                       "continuous_input",
                                                       "LxFusionOptimized",
                                                       "tvm_origin_input_num",
                                                       "is_last_node",
                                                       "is_first_node",
                                                       "isCheckSupported",
                                                       "optionalInputMode",
                                                       "optionalOutputMode",
                                                       "wspMode",
                                                       "op_unique_key",
                                                       "core_type_value",
                                                       "fusion_failed",
                                                       "judge_match_idx",
                                                       "output_tensor_indexs",
                                                       "input_tensor_indexs",
                                                       "framework_type",
                                                       "original_type",
                                                       "workspace_reuse_flag",
                                                       "is_connected_to_netoutput",
                                                       "support_fixpipe_ability"};
  if (name.starts_with('_') || name.starts_with("tbe_op_atomic") || name.ends_with("_vector")) {
    return true;
  }
  if (name.ends_with("_kernelname") || name.ends_with("_pattern")) return true;
  if (name == "op_def" || name == "node_def") return true;  // TensorFlow's own description
  return std::find(kNames.begin(), kNames.end(), name) != kNames.end();
}

/// "T", "Tindices": the types of the inputs, as TensorFlow tells them.
bool is_tensorflow_type(const ir::Attr& attr) {
  return attr.name.starts_with('T') && std::holds_alternative<DType>(attr.value);
}

}  // namespace

std::vector<CaseAttr> own_attrs(const ir::Op& op) {
  std::vector<CaseAttr> attrs;
  const auto own = ir::get<ir::List<std::string_view>>(op.attrs, "_ir_attr_names");
  for (const ir::Attr& attr : op.attrs) {
    const bool wanted = own ? std::find(own->begin(), own->end(), attr.name) != own->end()
                            : !is_internal(attr.name) && !is_tensorflow_type(attr);
    if (wanted) attrs.push_back({as_utf8(attr.name), &attr.value});
  }
  return attrs;
}

std::string kernel_of(const ir::Model& model, const ir::Op& op) {
  for (const std::string_view name : {"_kernelname", "_tbe_kernel_name"}) {
    const std::string_view text = ir::get_text(op.attrs, name);
    if (!text.empty()) return as_utf8(text);
  }
  for (const ir::Attr& attr : op.attrs) {
    const auto* text = std::get_if<std::string_view>(&attr.value);
    if (text != nullptr && attr.name.ends_with("_kernelname")) return as_utf8(*text);
  }
  for (const ir::Task& task : model.tasks) {
    if (task.op == op.name && !task.kernel.empty()) return as_utf8(task.kernel);
  }
  return {};
}

}  // namespace omscope::repro
