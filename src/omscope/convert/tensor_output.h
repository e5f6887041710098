// Tensors into files: npy, npz, bin, json. Nothing is held in memory but a block per thread.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "omscope/convert/render.h"
#include "omscope/core/file_bytes.h"
#include "omscope/core/replace_file.h"

namespace omscope::convert {

enum class FileFormat : uint8_t { kNpy, kNpz, kBin, kJson };

std::string_view suffix_of(FileFormat format);

/// The path by which a user means standard output.
inline constexpr std::string_view kStandardOutput = "-";

/// A path that was made from a name inside of a file is never followed, one that a user typed is.
struct OutputPath {
  std::string path;
  Links links = Links::kReplace;
  bool force = false;
};

bool is_standard_output(const OutputPath& target);

/// Called now and then with the bytes that were written since the last call, from any thread.
using Progress = std::function<void(uint64_t bytes)>;

struct Written {
  tensor::EncodeLoss loss;
};

/// `before` and the elements. `file` is where the tensor's bytes are mapped from, if they are.
Result<Written> write_elements(const OutputPath& target, const std::string& before,
                               const Rendered& tensor, const FileBytes& file,
                               const Progress& progress);

/// The header of an npy file with this tensor.
std::string npy_header_of(const Rendered& tensor);

struct NamedTensor {
  std::string name;
  const Rendered* tensor = nullptr;
};
Result<Written> write_npz(const OutputPath& target, const std::vector<NamedTensor>& tensors,
                          const Progress& progress);

/// One document with all values, flat in C order, and what else the file holds.
Result<Written> write_json(const OutputPath& target, const ir::TensorFile& file,
                           const std::vector<NamedTensor>& tensors, const Progress& progress);

/// Says why `target` must not be written, where that is so.
Result<Done> check_target(const OutputPath& target);

}  // namespace omscope::convert
