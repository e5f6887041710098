// The neutral model: what every reader fills and every consumer reads.
//
// A Model keeps the file's bytes alive and refers to them: names, attribute texts and constants are
// views into the file or into the model's arena, so a model costs less memory than its file's
// description and reading it copies almost nothing.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "omscope/core/arena.h"
#include "omscope/core/byte_map.h"
#include "omscope/core/file_bytes.h"
#include "omscope/core/kind.h"
#include "omscope/core/problem.h"
#include "omscope/ir/graph.h"

namespace omscope::ir {

/// One entry of a partition table of an offline model.
struct Partition {
  uint32_t table = 0;
  uint32_t index = 0;
  uint32_t type = 0;
  std::string_view type_name;
  uint64_t offset = 0;  ///< absolute in the file
  uint64_t size = 0;    ///< as the table says; `bytes` is cut at the end of the file
  ByteView bytes;
};

/// A header field by the name of the format reference; numbers as numbers, the rest as text.
struct HeaderField {
  std::string_view name;
  std::variant<uint64_t, std::string> value;
};

struct Container {
  std::optional<uint64_t> version;
  std::optional<uint32_t> model_type;
  std::optional<uint32_t> model_num;
  std::vector<HeaderField> header;
  std::vector<Partition> partitions;
};

/// What the caller of the model supplies or gets.
struct Port {
  std::string_view name;
  DType dtype = DType::kUndefined;
  ValueKind value_kind = ValueKind::kTensor;
  bool has_shape = false;
  List<int64_t> shape;
  List<std::string_view> dim_names;
  Layout format;
  List<DimRange> ranges;
  std::optional<uint64_t> size;  ///< exact bytes; nothing when dynamic
};

enum class DynamicKind : uint8_t { kNone, kBatch, kImage, kDims, kRange };

/// Shapes that may vary at run time. `gears` are the fixed choices: a batch size, height and width,
/// or the values of all dynamic dims in input order.
struct Dynamic {
  DynamicKind kind = DynamicKind::kNone;
  std::vector<std::vector<int64_t>> gears;
};

/// Image preprocessing that the model does itself, per input.
struct Aipp {
  std::string_view input;
  std::string_view mode;          ///< "static", "dynamic"
  std::string_view image_format;  ///< "YUV420SP_U8"
  std::optional<int64_t> src_w;
  std::optional<int64_t> src_h;
  std::optional<uint64_t> size;  ///< bytes of one source image as the caller supplies it
  const NamedAttrs* config = nullptr;
};

/// A constant of the network.
struct Weight {
  std::string_view op;  ///< Const op; ONNX: initializer or Constant node
  uint32_t graph = 0;
  const Tensor* tensor = nullptr;
};

struct Kernel {
  std::string_view name;
  std::string_view store;  ///< "TBE_KERNELS", "CUST_AICPU_KERNELS", …
  uint32_t table = 0;
  uint64_t offset = 0;  ///< of `binary`, absolute in the file
  ByteView binary;
  std::optional<uint32_t> machine;   ///< e_machine of the ELF header
  std::vector<std::string> symbols;  ///< global functions
  std::string compiler;              ///< the stamp in .comment
};

struct Task {
  uint32_t table = 0;
  uint32_t index = 0;
  int64_t type = 0;
  std::string_view type_name;
  std::string_view op;
  int64_t stream_id = 0;
  std::optional<int64_t> block_dim;
  std::string_view kernel;
  ByteView message;  ///< the TaskDef as stored
};

/// A tiling result that was computed at build time.
struct Tiling {
  uint64_t key = 0;
  uint32_t block_dim = 0;
  uint64_t id_count = 0;  ///< ops that share it
  ByteView data;
};

struct Function {
  std::string_view name;
  std::string_view domain;
  uint32_t graph = 0;  ///< its body in Model::graphs
};

struct OpsetImport {
  std::string_view domain;  ///< "" is the ONNX standard's own
  int64_t version = 0;
};

/// Facts about the model as a whole. Empty or absent: the file does not say.
struct ModelInfo {
  std::string_view name;
  std::string_view soc_version;
  std::string_view atc_version;
  std::string_view opp_version;
  std::string_view framework;
  std::string_view atc_cmdline;
  std::string compiler_date;  ///< newest stamp of the kernels' compiler, "2024-12-11"
  std::optional<int64_t> memory_size;
  std::optional<int64_t> weight_size;
  std::optional<int64_t> stream_num;
  std::optional<int64_t> event_num;
  std::optional<int64_t> om_ir_version;
  std::optional<int64_t> ir_version;  ///< ONNX
  std::string_view producer;          ///< ONNX: name and version
  std::vector<OpsetImport> opsets;
  std::vector<std::pair<std::string_view, std::string_view>> metadata;  ///< in file order
  List<std::string_view> task_ops;  ///< op of each task, where recorded
};

struct Model {
  /// What the parts of a model may cost. A real one needs two to four times its description.
  static constexpr size_t kLeastMemory = size_t{32} << 20;
  static constexpr size_t kMemoryPerByte = 6;

  Model(std::shared_ptr<const FileBytes> bytes, Kind model_kind)
      : file(std::move(bytes)), kind(model_kind), problems(file->path()) {
    arena.set_limit(kLeastMemory + kMemoryPerByte * file->size());
  }
  Model(const Model&) = delete;
  Model& operator=(const Model&) = delete;

  std::shared_ptr<const FileBytes> file;
  Kind kind;
  /// The bytes of this model in `file`: all of it, or a part where models are nested. Empty where
  /// the model is only described by its container.
  ByteView range;
  Problems problems;
  ByteMap byte_map;
  ByteMap::Account account;  ///< of byte_map, when reading is done
  Container container;
  ModelInfo info;
  List<Attr> attrs;
  std::deque<Graph> graphs;  ///< [0] is the root; references stay valid while it grows
  std::vector<Port> inputs;
  std::vector<Port> outputs;
  Dynamic dynamic;
  std::vector<Aipp> aipp;
  std::vector<Weight> weights;
  std::vector<Kernel> kernels;
  std::vector<Task> tasks;
  std::vector<Tiling> tilings;
  std::vector<Function> functions;
  std::string submodel_name;  ///< of a nested model, as its container calls it
  std::vector<std::unique_ptr<Model>> submodels;

  /// The ge.proto.ModelDef that the graphs were read from, for writers that need it whole; empty
  /// for formats without one.
  ByteView model_def;

  Arena arena;
  /// Further bytes that the model refers to: unpacked text, files with external weights.
  std::vector<std::shared_ptr<const void>> owners;

  /// Adds a graph, a weight, an item of another list: counted against what the model may cost.
  Graph& add_graph() {
    arena.charge(sizeof(Graph));
    return graphs.emplace_back();
  }
  void add_weight(const Weight& weight) { add_to(weights, weight); }
  template <class T>
  void add_to(std::vector<T>& list, T item) {
    arena.charge(2 * sizeof(T));  // the list doubles when it grows
    if (!arena.exhausted()) list.push_back(std::move(item));
  }

  /// Absolute offset of bytes that lie in the file.
  std::optional<uint64_t> offset_of(ByteView part) const { return file->offset_of(part.data()); }
};

}  // namespace omscope::ir
