// README.md of a case.
#include <algorithm>

#include <fmt/format.h>

#include "omscope/core/text.h"
#include "omscope/report/markup.h"
#include "omscope/repro/case_files.h"

namespace omscope::repro {
namespace {

/// Text of a file inside of backticks.
std::string code(std::string_view text) {
  std::string safe = for_terminal(text);
  std::replace(safe.begin(), safe.end(), '`', '\'');
  std::replace(safe.begin(), safe.end(), '|', '/');
  return "`" + safe + "`";
}

std::string dims(const std::vector<int64_t>& shape) {
  if (shape.empty()) return "scalar";
  std::string text;
  for (const int64_t dim : shape) text += (text.empty() ? "" : " x ") + std::to_string(dim);
  return text;
}

std::string tensor_rows(const Case& one, const CaseFiles& files) {
  std::string rows;
  for (const std::vector<CaseTensor>* list : {&one.inputs, &one.outputs}) {
    for (const CaseTensor& tensor : *list) {
      if (tensor.note == "not connected") {
        rows += fmt::format("| {} | | | | not connected |\n", tensor.name);
        continue;
      }
      const auto array = files.arrays.find(tensor.name);
      std::string where = array == files.arrays.end() ? "" : code(array->second);
      if (where.empty())
        where = tensor.note.empty() ? "not recorded" : report::markdown_text(tensor.note);
      if (tensor.is_constant && array != files.arrays.end()) where += ", a constant of the model";
      rows += fmt::format("| {} | {} | {} | {} | {} |\n", tensor.name, to_string(tensor.dtype),
                          dims(tensor.shape), code(tensor.format), where);
    }
  }
  return rows;
}

std::string kernel_part(const Case& one, const CaseFiles& files) {
  if (one.kernel.empty()) {
    return "The kernel's name is not known, so `main.py` compiles the operator anew. To run the "
           "binary that failed, make the case again with `--kernel` and `--kernel-meta`.\n";
  }
  if (files.binary.empty()) {
    return fmt::format(
        "The kernel is {} by {}. Its files are not here, so `main.py` compiles the "
        "operator anew: a fault of the binary that ran need not show. No other "
        "kernel was taken in its place.\n",
        code(one.kernel), one.kernel_source);
  }
  return fmt::format("`main.py` runs the very kernel that ran, {} by {}: {} and its description.\n",
                     code(one.kernel), one.kernel_source, code(files.binary));
}

}  // namespace

std::string readme(const Case& one, const CaseFiles& files, bool has_golden) {
  std::string text =
      fmt::format("# {} alone: op {}\n\n", report::markdown_text(one.op_type), code(one.op_name));
  text += "| tensor | dtype | shape | layout | values |\n|---|---|---|---|---|\n" +
          tensor_rows(one, files);
  text += "\nArrays hold the bytes of the dump, in the layout that the kernel sees.\n";
  if (!one.soc.empty()) text += fmt::format("The model was built for {}.\n", code(one.soc));
  for (const std::string& note : one.notes)
    text += fmt::format("\nNote: {}.\n", for_terminal(note));
  text += "\n## Kernel\n\n" + kernel_part(one, files);
  text +=
      "\n## Run it\n\n"
      "On a machine with the NPU and the CANN toolkit of the failing run:\n\n"
      "```sh\nsource set_env.sh   # of the toolkit\npython3 main.py\n```\n\n"
      "or with msOpST:\n\n"
      "```sh\nmsopst run -i case.json -soc <chip> -out result\n```\n";
  if (has_golden) {
    text +=
        "\nAnywhere with numpy, to see what the operator should give, and how far the dumped "
        "output "
        "is from it:\n\n```sh\npython3 golden.py\n```\n";
  }
  text +=
      "\n## What the outcome means\n\n"
      "- **It fails in the same way.** The operator itself is at fault. Look at the inputs first: "
      "NaN, Inf or indexes out of range point to the operator that made them (`omscope inspect "
      "--stats` on the arrays). Sound inputs point to the kernel: its tiling for this shape, or "
      "its "
      "code; an error's program counter leads to the line.\n"
      "- **It runs well.** The kernel is sound with these inputs. In the network it got wrong "
      "addresses, was overwritten, or met other data: compare the addresses of its arguments with "
      "the allocations in an INFO log, and check that model, runtime and kernels are of one "
      "version.\n"
      "- **It fails in another way.** Check first that chip, versions and kernel are those of the "
      "failing run.\n";
  return text;
}

}  // namespace omscope::repro
