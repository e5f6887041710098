// acl.json, the file that aclInit reads: what its "dump" part will do, in words, and what in it
// cannot work.
//
//   dump_path          <= 512 characters; "ipv4:path" sends to another machine
//   dump_mode          input | output (default) | all
//   dump_data          tensor (default) | stats
//   dump_stats         list of Max, Min, Avg, Nan, "Negative Inf", "Positive Inf", L2norm
//   dump_step          items split by "|", each a number or a range "3-5"; at most 100
//   dump_op_switch     on | off (default)
//   dump_level         op | kernel | all (default)
//   dump_debug         on | off (default): overflow records
//   dump_scene         aic_err_brief_dump, lite_exception, aic_err_norm_dump,
//                      aic_err_detail_dump, watcher
//   dump_kernel_data   all | printf | tensor | assert | timestamp, several split by ","
//   dump_list          of {model_name, layer[], watcher_nodes[], optype_blacklist[],
//                      opname_blacklist[], opname_range[]}
//
// Source: the runtime's dump configuration parser and its tests.
#pragma once

#include <memory>

#include "omscope/ir/tensor_file.h"

namespace omscope::config {

/// A JSON object with "dump" or another member that aclInit knows; "{}" is one, too.
bool looks_like_acl_json(ByteView bytes);

/// Two tables, "settings" (setting, value, meaning) and "what will be dumped" (one sentence a row).
/// Settings that aclInit refuses are errors, those that do nothing warnings.
std::unique_ptr<ir::TensorFile> read_acl_json(const std::shared_ptr<const FileBytes>& file);

}  // namespace omscope::config
