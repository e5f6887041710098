#include "omscope/formats/kernelmeta/kernel_json.h"

#include <fmt/format.h>

#include "omscope/formats/kernelmeta/safe_json.h"

namespace omscope::kernelmeta {
namespace {

constexpr size_t kMostItems = 4096;

KernelParameter parameter_from(const Json& value) {
  KernelParameter parameter;
  if (value.is_number_integer()) {
    parameter.needs_clearing = value.get<int64_t>() != 0;
  } else if (value.is_object()) {
    parameter.needs_clearing = true;
    const auto init = value.find("init_value");
    if (init != value.end() && init->is_number()) {
      parameter.init = fmt::format("{} {}", text_of(value, "dtype"), init->dump());
    }
  }
  return parameter;
}

}  // namespace

bool looks_like_kernel_json(std::string_view text) {
  constexpr size_t kLook = size_t{1} << 20;
  text = text.substr(0, kLook);
  return find_member(text, "binFileName") && find_member(text, "kernelName");
}

Result<KernelJson> read_kernel_json(std::string_view text, std::string_view file) {
  const auto document = parse_json(text, file);
  if (!document) return document.error();
  if (!document->is_object()) {
    return Problem{Severity::kError,
                   Code::kBadJson,
                   std::string(file),
                   std::nullopt,
                   "",
                   "is no object; the description of a kernel is one"};
  }
  KernelJson out;
  out.kernel_name = text_of(*document, "kernelName");
  out.bin_file_name = text_of(*document, "binFileName");
  out.bin_file_suffix = text_of(*document, "binFileSuffix");
  out.sha256 = text_of(*document, "sha256");
  out.magic = text_of(*document, "magic");
  out.core_type = text_of(*document, "coreType");
  out.block_dim = int_of(*document, "blockDim");
  out.op_para_size = int_of(*document, "opParaSize");
  const auto compile = document->find("compileInfo");
  out.has_compile_info = compile != document->end() && compile->is_object();
  const auto list = document->find("kernelList");
  if (list != document->end() && list->is_array()) {
    for (const Json& each : *list) {
      if (out.kernels.size() < kMostItems) out.kernels.push_back(text_of(each, "kernelName"));
    }
  }
  const auto parameters = document->find("parameters");
  if (parameters != document->end() && parameters->is_array()) {
    for (const Json& each : *parameters) {
      if (out.parameters.size() < kMostItems) out.parameters.push_back(parameter_from(each));
    }
  }
  const auto workspace = document->find("workspace");
  if (workspace != document->end()) {
    const int64_t count = int_of(*workspace, "num").value_or(0);
    out.workspaces = count > 0 ? static_cast<uint64_t>(count) : 0;
  }
  return out;
}

}  // namespace omscope::kernelmeta
