// TASK_INFO: what the device is told to do, a domi.ModelTaskDef (schemas/ge_task.proto).
#pragma once

#include "omscope/ir/model.h"

namespace omscope::om {

/// Adds the tasks of one ModelTaskDef to the model. `graphs` are the graphs of the same table,
/// [first, last) in Model::graphs; they give the tasks their ops. `op_names` is the model attribute
/// task_index_op_name of that table.
struct TaskScope {
  uint32_t table = 0;
  uint32_t first_graph = 0;
  uint32_t last_graph = 0;
  ir::List<std::string_view> op_names;
};

void read_tasks(ir::Model& model, ByteView message, const TaskScope& scope);

/// "KERNEL"; empty for a number without a name.
std::string_view task_type_name(int64_t type);

}  // namespace omscope::om
