// What tests of tensor files ask again and again.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "omscope/ir/tensor_file.h"

namespace omscope::test {

/// A file in memory, called "test" in messages.
std::shared_ptr<const FileBytes> in_memory(std::string_view content);

/// A file that must be there.
std::shared_ptr<const FileBytes> open_file(const std::filesystem::path& path);

std::string problem_lines(const ir::TensorFile& file);
bool has_problem(const ir::TensorFile& file, Severity severity, Code code);

const ir::StoredTensor* find_tensor(const ir::TensorFile& file, std::string_view name);

/// The elements as numbers, in the order of storage.
std::vector<double> values(const ir::StoredTensor& tensor);

}  // namespace omscope::test
