#include "support/tensor_files.h"

#include <stdexcept>

#include "omscope/tensor/decode.h"

namespace omscope::test {

std::shared_ptr<const FileBytes> in_memory(std::string_view content) {
  return FileBytes::from_memory("test", content);
}

std::shared_ptr<const FileBytes> open_file(const std::filesystem::path& path) {
  auto file = FileBytes::open(path.string());
  if (!file) throw std::runtime_error(to_line(file.error()));
  return *file;
}

std::string problem_lines(const ir::TensorFile& file) {
  std::string lines;
  for (const Problem& problem : file.problems.list()) lines += to_line(problem) + "\n";
  return lines;
}

bool has_problem(const ir::TensorFile& file, Severity severity, Code code) {
  for (const Problem& problem : file.problems.list()) {
    if (problem.code == code && problem.severity == severity) return true;
  }
  return false;
}

const ir::StoredTensor* find_tensor(const ir::TensorFile& file, std::string_view name) {
  for (const ir::StoredTensor& tensor : file.tensors) {
    if (tensor.name == name) return &tensor;
  }
  return nullptr;
}

std::vector<double> values(const ir::StoredTensor& tensor) {
  const unsigned bits = dtype_info(tensor.dtype).bits;
  std::vector<double> out(bits == 0 ? 0 : tensor.bytes.size() * 8 / bits);
  if (!out.empty()) tensor::decode(tensor.dtype, tensor.bytes, 0, out);
  return out;
}

}  // namespace omscope::test
