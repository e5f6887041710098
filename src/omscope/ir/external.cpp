#include "omscope/ir/external.h"

#include <map>

#include <fmt/format.h>

#include "omscope/core/text.h"

namespace omscope::ir {
namespace {

using Files = std::map<std::string_view, std::shared_ptr<const FileBytes>>;

std::shared_ptr<const FileBytes> open_once(Model& model, std::string_view name, Files& files) {
  const auto known = files.find(name);
  if (known != files.end()) return known->second;
  auto opened = open_beside(model.file->path(), name);
  std::shared_ptr<const FileBytes> file;
  if (opened) {
    file = *opened;
    model.owners.push_back(file);
  } else {
    model.problems.add(opened.error());
  }
  files.emplace(name, file);
  return file;
}

}  // namespace

void find_external(Model& model) {
  Files files;
  for (Weight& weight : model.weights) {
    const Tensor& tensor = *weight.tensor;
    if (tensor.storage != Storage::kExternal || tensor.location.empty()) continue;
    const auto file = open_once(model, tensor.location, files);
    if (!file) continue;
    // Without a length the constant is the rest of the file.
    const uint64_t left = file->size() - std::min(tensor.offset, file->size());
    const uint64_t size = tensor.size == 0 ? left : tensor.size;
    if (tensor.offset > file->size() || size > left) {
      model.problems.warning(
          Code::kBadWeight, std::nullopt, std::string(weight.op),
          fmt::format("wants {} bytes at {} of '{}', which has {} bytes", size, tensor.offset,
                      for_terminal(tensor.location), file->size()));
      continue;
    }
    auto* found = model.arena.make<Tensor>();
    *found = tensor;
    found->size = size;
    found->bytes = file->bytes().subspan(tensor.offset, size);
    weight.tensor = found;
  }
}

}  // namespace omscope::ir
