#include "omscope/formats/om/tasks.h"

#include <array>
#include <unordered_map>

#include <fmt/format.h>

#include "omscope/formats/wire/wire_reader.h"

namespace omscope::om {
namespace {

using wire::bytes;
using wire::varint;

// domi.ModelTaskType. 0–5, 19, 31 and 32 were seen in real files.
constexpr std::array<std::string_view, 51> kTaskTypes = {
    "KERNEL",
    "EVENT_RECORD",
    "EVENT_WAIT",
    "FUSION_START",
    "FUSION_END",
    "KERNEL_EX",
    "HCCL",
    "STREAM_SWITCH",
    "STREAM_ACTIVE",
    "LABEL_SET",
    "LABEL_SWITCH",
    "LABEL_GOTO",
    "PROFILER_TRACE",
    "MEMCPY_ASYNC",
    "NOTIFY_RECORD",
    "NOTIFY_WAIT",
    "REDUCE_ASYNC",
    "RDMA_SEND",
    "EVENT_RESET",
    "END_GRAPH",
    "STREAM_SWITCH_N",
    "RDMA_DB_SEND",
    "MEMCPY_ADDR_ASYNC",
    "STREAM_LABEL_SWITCH_BY_INDEX",
    "STREAM_LABEL_GOTO",
    "MODEL_EXIT",
    "ALL_KERNEL",
    "PROFILER_TRACE_EX",
    "FFTS",
    "FFTS_PLUS",
    "DSA",
    "CMO",
    "BARRIER",
    "NPU_GET_FLOAT_STATUS",
    "NPU_CLEAR_FLOAT_STATUS",
    "DVPP",
    "NPU_GET_DEBUG_FLOAT_STATUS",
    "NPU_CLEAR_DEBUG_FLOAT_STATUS",
    "CMO_ADDR",
    "VECTOR_KERNEL",
    "VECTOR_ALL_KERNEL",
    "UPDATE",
    "NOP",
    "PREPROCESS_KERNEL",
    "SUPER_KERNEL",
    "MEM_EVENT_RECORD",
    "MEM_EVENT_WAIT",
    "FUSION_KERNEL",
    "KERNEL_LAUNCH_V2",
    "CCU_KERNEL",
    "CUSTOM_KERNEL",
};

enum TaskType : int64_t { kAllKernel = 26, kVectorAllKernel = 40 };

/// Where a body keeps the number of its op; most do in a plain field.
struct BodyField {
  uint64_t body;
  uint64_t op_index;
};

// TaskDef field of the body, and the field of the body that holds op_index.
constexpr std::array kBodies = {
    BodyField{21, 4}, BodyField{25, 8}, BodyField{26, 1}, BodyField{31, 6}, BodyField{32, 1},
    BodyField{33, 1}, BodyField{36, 1}, BodyField{37, 1}, BodyField{38, 1}, BodyField{39, 1},
    BodyField{41, 1}, BodyField{42, 1}, BodyField{43, 1}, BodyField{46, 4}, BodyField{47, 2},
    BodyField{48, 1}, BodyField{49, 4}, BodyField{50, 2}, BodyField{51, 2}, BodyField{52, 1},
    BodyField{53, 1}};

/// What a task body says about its op and kernel.
struct Body {
  std::optional<int64_t> op_index;
  std::optional<int64_t> block_dim;
  std::string_view stub_func;
  std::string_view kernel;
};

/// KernelContext: op_index, or the first of origin_op_index where that is all there is (HiAI).
void read_context(ByteView message, Body& body) {
  std::optional<int64_t> origin;
  for (wire::Reader reader(message); reader.next();) {
    if (reader.tag() == varint(4)) body.op_index = reader.int64();
    if (reader.tag() == varint(8) && !origin) origin = reader.int64();
    if (reader.tag() == bytes(8) && !origin) {
      wire::for_each_varint(reader.payload(), [&](uint64_t value) {
        if (!origin) origin = static_cast<int64_t>(value);
      });
    }
  }
  if (!body.op_index) body.op_index = origin;
}

/// KernelDef: 10 stub_func, 11 block_dim, 17 kernel_name. HiAI numbers what is behind 16 otherwise,
/// with other wire types.
void read_kernel(ByteView message, Body& body) {
  for (wire::Reader reader(message); reader.next();) {
    switch (reader.tag()) {
      case bytes(1): read_context(reader.payload(), body); break;
      case bytes(10): body.stub_func = reader.text(); break;
      case varint(11): body.block_dim = reader.int64(); break;
      case bytes(17): body.kernel = reader.text(); break;
      default: break;
    }
  }
}

/// KernelDefWithHandle: 11 dev_func, 12 block_dim, 16 original_kernel_key.
void read_kernel_with_handle(ByteView message, Body& body) {
  for (wire::Reader reader(message); reader.next();) {
    switch (reader.tag()) {
      case bytes(1): read_context(reader.payload(), body); break;
      case bytes(11): body.stub_func = reader.text(); break;
      case varint(12): body.block_dim = reader.int64(); break;
      case bytes(16): body.kernel = reader.text(); break;
      default: break;
    }
  }
}

void read_plain_body(ByteView message, uint64_t op_index_field, Body& body) {
  for (wire::Reader reader(message); reader.next();) {
    if (reader.tag() == varint(op_index_field)) body.op_index = reader.int64();
  }
}

/// The body by the task's type: since atc 7.6 a task can carry a second, nearly empty one.
Body read_body(ByteView message, int64_t type) {
  const bool by_handle = type == kAllKernel || type == kVectorAllKernel;
  Body body;
  for (wire::Reader reader(message); reader.next();) {
    if (reader.tag() == bytes(20) && !by_handle) read_kernel(reader.payload(), body);
    if (reader.tag() == bytes(40) && by_handle) read_kernel_with_handle(reader.payload(), body);
    for (const BodyField& field : kBodies) {
      if (reader.tag() == bytes(field.body)) {
        read_plain_body(reader.payload(), field.op_index, body);
      }
    }
  }
  return body;
}

/// Ops of one table by id and by name.
class Ops {
 public:
  Ops(const ir::Model& model, const TaskScope& scope) {
    for (uint32_t g = scope.first_graph; g < scope.last_graph; ++g) {
      for (const ir::Op& op : model.graphs[g].ops) {
        by_id_.try_emplace(op.id, &op);
        by_name_.try_emplace(op.name, &op);
      }
    }
  }

  const ir::Op* by_id(int64_t id) const {
    const auto found = by_id_.find(id);
    return found == by_id_.end() ? nullptr : found->second;
  }
  const ir::Op* by_name(std::string_view name) const {
    const auto found = by_name_.find(name);
    return found == by_name_.end() ? nullptr : found->second;
  }

 private:
  std::unordered_map<int64_t, const ir::Op*> by_id_;
  std::unordered_map<std::string_view, const ir::Op*> by_name_;
};

/// Until 2021 stub_func is "<session>_<graph>_<op>", where the session may be -1.
const ir::Op* op_of_stub(const Ops& ops, std::string_view stub) {
  for (int dropped = 0; dropped < 2; ++dropped) {
    const size_t at = stub.find('_');
    if (at == std::string_view::npos) return nullptr;
    stub.remove_prefix(at + 1);
  }
  return ops.by_name(stub);
}

const ir::Op* find_op(const Ops& ops, const TaskScope& scope, const ir::Task& task,
                      const Body& body) {
  if (task.index < scope.op_names.size()) {
    if (const ir::Op* op = ops.by_name(scope.op_names[task.index])) return op;
  }
  if (body.op_index) {
    if (const ir::Op* op = ops.by_id(*body.op_index)) return op;
  }
  return op_of_stub(ops, body.stub_func);
}

/// Tasks of 2020 do not name their kernel; the op does.
std::string_view kernel_of(const ir::Op& op) {
  for (const ir::Attr& attr : op.attrs) {
    const auto* text = std::get_if<std::string_view>(&attr.value);
    if (text == nullptr || text->empty()) continue;
    const bool own =
        attr.name.starts_with(op.name) && attr.name.substr(op.name.size()) == "_kernelname";
    if (own || attr.name == "_kernelname" || attr.name == "_tbe_kernel_name_for_load") return *text;
  }
  return {};
}

ir::Task read_task(ByteView message) {
  ir::Task task;
  task.message = message;
  for (wire::Reader reader(message); reader.next();) {
    if (reader.tag() == varint(2)) task.type = reader.int64();
    if (reader.tag() == varint(10)) task.stream_id = reader.int64();
  }
  task.type_name = task_type_name(task.type);
  return task;
}

void complete(ir::Task& task, const Ops& ops, const TaskScope& scope) {
  const Body body = read_body(task.message, task.type);
  task.block_dim = body.block_dim;
  task.kernel = body.kernel;
  const ir::Op* op = find_op(ops, scope, task, body);
  if (op == nullptr) {
    // Tasks between ops (events, end of the graph) belong to none.
    if (task.index < scope.op_names.size()) task.op = scope.op_names[task.index];
    return;
  }
  task.op = op->name;
  const bool runs_kernel = body.block_dim.has_value() || !body.stub_func.empty();
  if (task.kernel.empty() && runs_kernel) task.kernel = kernel_of(*op);
  // Kernels of the CCE library are no part of the file and known by their function's name only.
  if (task.kernel.empty() && body.stub_func.starts_with("_Z")) task.kernel = body.stub_func;
}

}  // namespace

std::string_view task_type_name(int64_t type) {
  if (type < 0 || static_cast<size_t>(type) >= kTaskTypes.size()) return {};
  return kTaskTypes.at(static_cast<size_t>(type));
}

void read_tasks(ir::Model& model, ByteView message, const TaskScope& scope) {
  const Ops ops(model, scope);
  uint32_t index = 0;
  wire::Reader reader(message);
  while (reader.next()) {
    if (reader.tag() != bytes(10)) continue;
    const uint32_t at = index++;
    if (reader.payload().empty()) continue;  // no writer makes a task without a body
    ir::Task task = read_task(reader.payload());
    task.table = scope.table;
    task.index = at;
    complete(task, ops, scope);
    model.arena.charge(2 * sizeof(ir::Task));
    if (model.arena.exhausted()) break;
    model.tasks.push_back(task);
  }
  if (reader.damaged()) {
    model.problems.error(Code::kBadTask, model.offset_of({reader.field_start(), size_t{0}}),
                         "TASK_INFO",
                         fmt::format("task {} is damaged; the tasks before it were read", index));
  }
}

}  // namespace omscope::om
