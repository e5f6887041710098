// Which attributes mean something, and which differ from build to build.
#include <array>

#include "omscope/diff/attributes.h"

namespace omscope::diff {
namespace {

struct KeyClass {
  std::string_view key;  ///< with a `*` at its end: a prefix
  AttrClass kind;
};

constexpr auto kS = AttrClass::kSemantic;
constexpr auto kD = AttrClass::kDescriptive;
constexpr auto kM = AttrClass::kPlan;
constexpr auto kB = AttrClass::kNoise;
constexpr auto kE = AttrClass::kPlacement;

/// The first row that fits counts.
constexpr std::array kClasses = {
    KeyClass{"version", AttrClass::kVersion},
    // Engines.
    KeyClass{"_engine_type", kE},
    KeyClass{"cl_name", kE},
    KeyClass{"opKernelLib", kE},
    KeyClass{"_ge_attr_op_kernel_lib_name", kE},
    // Parameters.
    KeyClass{"value", kB},  // compared as a constant
    KeyClass{"data_format", kS},
    KeyClass{"strides", kS},
    KeyClass{"pads", kS},
    KeyClass{"dilations", kS},
    KeyClass{"groups", kS},
    KeyClass{"group", kS},
    KeyClass{"ksize", kS},
    KeyClass{"kernel_shape", kS},
    KeyClass{"kernel_size", kS},
    KeyClass{"window", kS},
    KeyClass{"mode", kS},
    KeyClass{"pad_mode", kS},
    KeyClass{"padding", kS},
    KeyClass{"auto_pad", kS},
    KeyClass{"ceil_mode", kS},
    KeyClass{"global_pooling", kS},
    KeyClass{"count_include_pad", kS},
    KeyClass{"paddings_contiguous", kS},
    KeyClass{"axes", kS},
    KeyClass{"axis", kS},
    KeyClass{"dimension", kS},
    KeyClass{"concat_dim", kS},
    KeyClass{"N", kS},
    KeyClass{"keep_dims", kS},
    KeyClass{"keepdims", kS},
    KeyClass{"keepDims", kS},
    KeyClass{"noop_with_empty_axes", kS},
    KeyClass{"transpose_*", kS},
    KeyClass{"adj_x*", kS},
    KeyClass{"transA", kS},
    KeyClass{"transB", kS},
    KeyClass{"alpha", kS},
    KeyClass{"beta", kS},
    KeyClass{"gamma", kS},
    KeyClass{"bias", kS},
    KeyClass{"coeff", kS},
    KeyClass{"perm", kS},
    KeyClass{"order", kS},
    KeyClass{"shape", kS},
    KeyClass{"dims", kS},
    KeyClass{"to", kS},
    KeyClass{"offset_x", kS},
    KeyClass{"epsilon", kS},
    KeyClass{"eps", kS},
    KeyClass{"use_global_stats", kS},
    KeyClass{"negative_slope", kS},
    KeyClass{"seed", kS},
    KeyClass{"seed2", kS},
    KeyClass{"T", kS},
    KeyClass{"Tidx", kS},
    KeyClass{"src_dtype", kS},
    KeyClass{"dst_dtype", kS},
    KeyClass{"dst_type", kS},
    KeyClass{"dtype", kS},
    KeyClass{"output_type", kS},
    KeyClass{"truncate", kS},
    KeyClass{"data_type", kS},
    KeyClass{"num_output", kS},
    KeyClass{"num_split", kS},
    KeyClass{"split_dim", kS},
    KeyClass{"split", kS},
    KeyClass{"starts", kS},
    KeyClass{"ends", kS},
    KeyClass{"begin", kS},
    KeyClass{"end", kS},
    KeyClass{"size", kS},
    KeyClass{"scale", kS},
    KeyClass{"scales", kS},
    KeyClass{"offset", kS},
    KeyClass{"quant_*", kS},
    KeyClass{"deq_*", kS},
    KeyClass{"QuantizeInfo", kS},
    KeyClass{"QuantizeInfoExt", kS},
    KeyClass{"quantize_factor", kS},
    KeyClass{"scale_*", kS},
    KeyClass{"offset_*", kS},
    KeyClass{"equation", kS},
    KeyClass{"direction", kS},
    KeyClass{"hidden_size", kS},
    KeyClass{"align_corners", kS},
    KeyClass{"half_pixel_centers", kS},
    KeyClass{"coordinate_transformation_mode", kS},
    KeyClass{"nearest_mode", kS},
    KeyClass{"output_padding", kS},
    KeyClass{"min", kS},
    KeyClass{"max", kS},
    KeyClass{"upper", kS},
    KeyClass{"largest", kS},
    KeyClass{"sorted", kS},
    KeyClass{"to_float", kS},
    KeyClass{"value_*", kS},
    KeyClass{"true_branch_stream", kM},
    KeyClass{"event_id", kM},
    KeyClass{"__dynamic_input_*", kS},
    KeyClass{"activation*", kS},
    KeyClass{"_batch_num", kB},  // from here on: compared with the interface
    KeyClass{"_pred_value_*", kB},
    KeyClass{"mbatch_dynamic_type", kB},
    KeyClass{"_dynamic_output_dims", kB},
    KeyClass{"_mbatch_*", kB},
    KeyClass{"_all_origin_gears_inputs", kB},
    KeyClass{"_dynamic_aipp_*", kB},
    KeyClass{"max_src_image_size", kB},
    KeyClass{"aipp*", kB},
    KeyClass{"input_format", kD},
    KeyClass{"output_format", kD},
    KeyClass{"src_format", kD},
    KeyClass{"dst_format", kD},
    KeyClass{"index", kB},
    KeyClass{"format", kD},
    KeyClass{"inferred_format", kD},
    KeyClass{"NHWC_FORMAT", kD},
    KeyClass{"filter_format", kD},
    KeyClass{"has_bias", kD},
    KeyClass{"relu_flag", kD},
    // Written by compilers to tell of themselves.
    KeyClass{"_datadump_original_op_names", kB},
    KeyClass{"original_op_names", kB},
    KeyClass{"_datadump_original_op_types", kB},
    KeyClass{"_datadump_is_multiop", kD},
    KeyClass{"pass_name*", kD},
    KeyClass{"_single_op_ub_pass_name", kD},
    KeyClass{"_is_compiled_fusion_op", kD},
    KeyClass{"_lxfusion_*", kB},
    KeyClass{"kernelSo", kD},
    KeyClass{"funcName", kD},
    KeyClass{"_coretype", kD},
    KeyClass{"core_type*", kD},
    KeyClass{"_sgt_cube_vector_core_type", kD},
    KeyClass{"_cube_vector_core_type", kD},
    KeyClass{"imply_type", kD},
    KeyClass{"_fe_imply_type", kD},
    KeyClass{"_pattern", kD},
    KeyClass{"tvm_magic", kD},
    KeyClass{"tvm_blockdim", kB},  // compared with the tasks
    KeyClass{"_unknown_shape*", kD},
    KeyClass{"_is_op_dynamic_impl", kD},
    KeyClass{"_format_agnostic", kD},
    KeyClass{"_op_no_tiling", kD},
    KeyClass{"_is_custom_op", kD},
    KeyClass{"_cust_aicpu_flag", kD},
    KeyClass{"_resource", kD},
    KeyClass{"needCheck*", kD},
    KeyClass{"_op_impl_mode_enum", kD},
    // The memory plan.
    KeyClass{"is_input_const", kM},
    KeyClass{"INPUT_IS_VAR", kM},
    KeyClass{"OUTPUT_IS_VAR", kM},
    KeyClass{"continuous_*", kM},
    KeyClass{"ub_atomic_params", kM},
    KeyClass{"tbe_op_atomic_*", kM},
    KeyClass{"atomic_output_index", kM},
    KeyClass{"automic_add_*", kM},
    KeyClass{"is_atomic_node", kM},
    KeyClass{"tvm_workspace_type", kM},
    KeyClass{"workspace*", kM},
    KeyClass{"sub_node_workspace_info", kM},
    KeyClass{"output_memsize_vector", kM},
    KeyClass{"output_alignment_vector", kM},
    KeyClass{"tvm_cache_read_mode", kM},
    KeyClass{"LxFusionOptimized", kM},
    KeyClass{"_op_slice_info", kM},
    KeyClass{"_fusion_op_slice_info", kM},
    KeyClass{"_mode_in_args_first_field", kM},
    KeyClass{"_op_infer_depends", kM},
    KeyClass{"_op_tiling_ids", kM},
    KeyClass{"graphop_*", kM},
    KeyClass{"memory_size", kM},
    KeyClass{"model_cache_offset", kM},
    KeyClass{"input_output_size", kM},
    // Names, numbers and copies of what is compared elsewhere.
    KeyClass{"_kernelname", kB},
    KeyClass{"_tbe_*", kB},
    KeyClass{"_tbeKernelSize", kB},
    KeyClass{"_kernel_bin_id", kB},
    KeyClass{"op_unique_key", kB},
    KeyClass{"compile_info*", kB},
    KeyClass{"_session_graph_id", kB},
    KeyClass{"_graph_name", kB},
    KeyClass{"fusion_scope", kB},
    KeyClass{"OwnerGraphIsUnknown", kB},
    KeyClass{"is_first_node", kB},
    KeyClass{"is_last_node", kB},
    KeyClass{"_is_connected_to_*", kB},
    KeyClass{"_is_n_batch_split", kB},
    KeyClass{"_node_need_compile", kB},
    KeyClass{"isCheckSupported", kB},
    KeyClass{"op_para_size", kB},
    KeyClass{"_op_read_write_index", kB},
    KeyClass{"_blockdim_index", kB},
    KeyClass{"_support_blockdim_flag", kB},
    KeyClass{"async_flag", kB},
    KeyClass{"topic_type", kB},
    KeyClass{"_AllShape", kB},
    KeyClass{"_is_come_from_const_op", kB},
    KeyClass{"_input_name_*", kB},
    KeyClass{"_output_name_*", kB},
    KeyClass{"_opt_input", kB},
    KeyClass{"_input_para_type_list", kB},
    KeyClass{"_output_para_type_list", kB},
    KeyClass{"_ir_*", kB},
    KeyClass{"customized_op_def", kB},
    KeyClass{"run_count", kB},
    KeyClass{"judge_match_idx", kB},
    KeyClass{"_logic_stream_id", kB},
    KeyClass{"_sub_stream_id", kB},
    KeyClass{"_original_node", kB},
    KeyClass{"subgraph*", kB},
    KeyClass{"_kernelsListFirst*", kB},
    KeyClass{"_weight_repeat", kB},
    KeyClass{"original_type", kB},
    KeyClass{"fusion_failed", kB},
    KeyClass{"algo", kD},
    KeyClass{"run_format", kD},
    KeyClass{"fm", kB},
    KeyClass{"_parent_node_index", kB},
};

struct Renamed {
  std::string_view old_key;
  std::string_view key;
};
constexpr std::array kRenamed = {
    Renamed{"stride", "strides"}, Renamed{"pad", "pads"},       Renamed{"dilation", "dilations"},
    Renamed{"group", "groups"},   Renamed{"SrcT", "src_dtype"}, Renamed{"DstT", "dst_dtype"},
};

}  // namespace

std::string_view plain_key(std::string_view key, std::string_view op) {
  const bool prefixed = !op.empty() && key.size() > op.size() && key.starts_with(op);
  return prefixed ? key.substr(op.size()) : key;
}

std::string_view canonical_key(std::string_view key) {
  for (const Renamed& row : kRenamed) {
    if (row.old_key == key) return row.key;
  }
  return key;
}

AttrClass attr_class(std::string_view key) {
  for (const KeyClass& row : kClasses) {
    const bool is_prefix = row.key.back() == '*';
    const std::string_view start = row.key.substr(0, row.key.size() - 1);
    if (is_prefix ? key.starts_with(start) : key == row.key) return row.kind;
  }
  if (key.ends_with("_kernelname") || key.ends_with("_pattern")) return AttrClass::kNoise;
  return AttrClass::kUnknown;
}

bool is_set(std::string_view key) {
  return key == "_opt_input" || key == "_datadump_original_op_names";
}

}  // namespace omscope::diff
