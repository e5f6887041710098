#include <fmt/format.h>

#include "omscope/core/byte_order_mark.h"
#include "omscope/core/text.h"
#include "omscope/formats/kernelmeta/kernel_json.h"

namespace omscope::kernelmeta {
namespace {

std::string parameters_in_words(const KernelJson& json) {
  std::string text;
  for (size_t i = 0; i < json.parameters.size(); ++i) {
    const KernelParameter& parameter = json.parameters[i];
    if (!parameter.needs_clearing) continue;
    text += fmt::format("{}argument {} to {}", text.empty() ? "" : ", ", i,
                        parameter.init.empty() ? "zero" : parameter.init);
  }
  return text;
}

}  // namespace

std::unique_ptr<ir::TensorFile> read_kernel_file(const std::shared_ptr<const FileBytes>& file) {
  auto out = std::make_unique<ir::TensorFile>(file, Kind::kKernelJson);
  out->byte_map.add(0, file->size(), "JSON");
  out->account = out->byte_map.account(file->bytes());
  const auto json = read_kernel_json(without_byte_order_mark(as_text(file->bytes())), file->path());
  if (!json) {
    out->problems.add(json.error());
    return out;
  }
  ir::RecordTable table{"kernel", {"field", "value"}, {}};
  const auto add = [&](const char* name, const std::string& value) {
    constexpr size_t kWidth = 200;
    if (!value.empty()) table.rows.push_back({name, shortened(value, kWidth)});
  };
  const auto number = [](std::optional<int64_t> value) {
    return value ? std::to_string(*value) : std::string();
  };
  add("kernel", json->kernel_name);
  add("binary", json->bin_file_name + json->bin_file_suffix);
  add("sha256", json->sha256);
  add("magic", json->magic);
  add("core type", json->core_type);
  add("blocks", json->block_dim == -1 ? "decided at run time" : number(json->block_dim));
  add("tiling data", number(json->op_para_size));
  add("workspaces", json->workspaces == 0 ? "" : std::to_string(json->workspaces));
  add("set before it runs", parameters_in_words(*json));
  for (const std::string& name : json->kernels) add("by tiling", name);
  out->records.push_back(std::move(table));
  return out;
}

}  // namespace omscope::kernelmeta
