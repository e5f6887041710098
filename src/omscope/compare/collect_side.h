// One side of a comparison: every tensor that a folder, a dump or a tensor file holds, by headers
// alone.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "omscope/compare/result.h"
#include "omscope/core/kind.h"
#include "omscope/formats/dump/folder_index.h"
#include "omscope/ir/tensor_file.h"

namespace omscope::compare {

struct Baseline;

/// A file that holds tensors, or the dumps of all threads of one op, which are one tensor together.
struct SideFile {
  std::string path;
  std::vector<const dump::FolderEntry*> entries;  ///< empty: named by the user
  /// Null: it is opened again when its values are needed, so that folders of any number of files
  /// can be compared.
  std::shared_ptr<const ir::TensorFile> open;
};

/// One tensor of a side.
struct Tensor {
  uint32_t file = 0;       ///< in Side::files
  uint32_t index = 0;      ///< in the file's tensors
  std::string op;          ///< an array without an op: its own name, or that of its file
  std::string op_type;     ///< empty: not known
  std::string slot;        ///< "output:0"; empty: an array that has only a name
  bool sanitised = false;  ///< `op` comes from a file's name: a "_" may stand for something else
  bool test_data = false;  ///< "input_0.pb" of a test data set: input or output of the whole model
  std::string folder;      ///< below the side's root, to tell arrays of one name apart
  ir::RunPlace place;
  ir::StoredTensor header;  ///< without bytes
  std::string set_aside;    ///< why it is no tensor of the network's run; empty: it is one
};

struct Side {
  explicit Side(std::string side_path) : path(std::move(side_path)), problems(path) {}

  std::string path;  ///< as typed
  Kind kind = Kind::kUnknown;
  std::unique_ptr<dump::FolderIndex> folder;
  std::vector<SideFile> files;
  std::vector<Tensor> tensors;  ///< in the order of the files' paths
  std::shared_ptr<const Baseline> baseline;
  Problems problems;

  bool is_folder() const { return folder != nullptr; }
};

/// Never fails as a whole: what cannot be read is among the problems.
Side collect_side(const std::string& path);

/// The file of a tensor with its bytes, opened again if need be; null when that fails.
std::shared_ptr<const ir::TensorFile> open_file(const SideFile& file);

SideTensor describe(const Side& side, const Tensor& tensor);

/// "output:0" of "conv1", for messages.
std::string label(const Tensor& tensor);

}  // namespace omscope::compare
