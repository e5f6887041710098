// Operators that a line of numpy describes.
#include <algorithm>
#include <array>
#include <map>

#include <fmt/format.h>

#include "omscope/repro/case_files.h"
#include "omscope/repro/python_text.h"

namespace omscope::repro {
namespace {

/// How an operator looks at its elements.
enum class Reach : uint8_t {
  kEach,   ///< each by itself: any layout will do
  kWhole,  ///< by their place: only layouts without blocks
};

struct Golden {
  std::string_view type;
  size_t inputs;
  Reach reach;
  std::string_view expression;  ///< of x[0], x[1], … in double precision, and attributes a["name"]
};
constexpr std::array kGoldens = {
    Golden{"Abs", 1, Reach::kEach, "np.abs(x[0])"},
    Golden{"Add", 2, Reach::kEach, "x[0] + x[1]"},
    Golden{"AddV2", 2, Reach::kEach, "x[0] + x[1]"},
    Golden{"Assign", 2, Reach::kEach, "x[1]"},
    Golden{"BiasAdd", 2, Reach::kWhole, "x[0] + x[1]"},
    Golden{"Cast", 1, Reach::kEach, "x[0]"},
    Golden{"Ceil", 1, Reach::kEach, "np.ceil(x[0])"},
    Golden{"Cos", 1, Reach::kEach, "np.cos(x[0])"},
    Golden{"Div", 2, Reach::kEach, "x[0] / x[1]"},
    Golden{"Equal", 2, Reach::kEach, "x[0] == x[1]"},
    Golden{"Exp", 1, Reach::kEach, "np.exp(x[0])"},
    Golden{"Floor", 1, Reach::kEach, "np.floor(x[0])"},
    Golden{"Greater", 2, Reach::kEach, "x[0] > x[1]"},
    Golden{"GreaterEqual", 2, Reach::kEach, "x[0] >= x[1]"},
    Golden{"Identity", 1, Reach::kEach, "x[0]"},
    Golden{"L2Loss", 1, Reach::kEach, "np.sum(x[0] * x[0]) / 2"},
    Golden{"Less", 2, Reach::kEach, "x[0] < x[1]"},
    Golden{"LessEqual", 2, Reach::kEach, "x[0] <= x[1]"},
    Golden{
        "MatMul", 2, Reach::kWhole,
        "np.matmul(x[0].T if a.get(\"transpose_x1\") else x[0], x[1].T if a.get(\"transpose_x2\") "
        "else x[1])"},
    Golden{
        "MatMulV2", 2, Reach::kWhole,
        "np.matmul(x[0].T if a.get(\"transpose_x1\") else x[0], x[1].T if a.get(\"transpose_x2\") "
        "else x[1])"},
    Golden{"Maximum", 2, Reach::kEach, "np.maximum(x[0], x[1])"},
    Golden{"Minimum", 2, Reach::kEach, "np.minimum(x[0], x[1])"},
    Golden{"Mul", 2, Reach::kEach, "x[0] * x[1]"},
    Golden{"Neg", 1, Reach::kEach, "-x[0]"},
    Golden{"NotEqual", 2, Reach::kEach, "x[0] != x[1]"},
    Golden{"Pow", 2, Reach::kEach, "np.power(x[0], x[1])"},
    Golden{"RealDiv", 2, Reach::kEach, "x[0] / x[1]"},
    Golden{"Reciprocal", 1, Reach::kEach, "1 / x[0]"},
    Golden{"Relu", 1, Reach::kEach, "np.maximum(x[0], 0)"},
    Golden{"Rsqrt", 1, Reach::kEach, "1 / np.sqrt(x[0])"},
    Golden{"Sigmoid", 1, Reach::kEach, "1 / (1 + np.exp(-x[0]))"},
    Golden{"Sign", 1, Reach::kEach, "np.sign(x[0])"},
    Golden{"Sin", 1, Reach::kEach, "np.sin(x[0])"},
    Golden{"Sqrt", 1, Reach::kEach, "np.sqrt(x[0])"},
    Golden{"Square", 1, Reach::kEach, "x[0] * x[0]"},
    Golden{"Sub", 2, Reach::kEach, "x[0] - x[1]"},
    Golden{"Tanh", 1, Reach::kEach, "np.tanh(x[0])"},
    Golden{"ZerosLike", 1, Reach::kEach, "np.zeros_like(x[0])"},
};

bool is_plain_layout(std::string_view format) {
  constexpr std::array<std::string_view, 6> kPlain = {"ND",    "NCHW",  "NHWC",
                                                      "NCDHW", "NDHWC", "HWCN"};
  return std::find(kPlain.begin(), kPlain.end(), format) != kPlain.end();
}

/// numpy has no bfloat16 and the like: they lie in their files as integers.
bool is_readable(DType dtype) {
  constexpr std::array kTypes = {DType::kFloat16, DType::kFloat32, DType::kFloat64, DType::kInt8,
                                 DType::kInt16,   DType::kInt32,   DType::kInt64,   DType::kUInt8,
                                 DType::kUInt16,  DType::kUInt32,  DType::kUInt64,  DType::kBool,
                                 DType::kBFloat16};
  return std::find(kTypes.begin(), kTypes.end(), dtype) != kTypes.end();
}

const Golden* golden_of(const Case& one) {
  const auto* found = std::find_if(kGoldens.begin(), kGoldens.end(),
                                   [&](const Golden& each) { return each.type == one.op_type; });
  if (found == kGoldens.end() || one.outputs.empty() || one.inputs.size() < found->inputs) {
    return nullptr;
  }
  for (size_t i = 0; i < found->inputs; ++i) {
    const CaseTensor& tensor = one.inputs[i];
    if (!is_readable(tensor.dtype)) return nullptr;
    // Elements of two tensors only stand beside each other where both have one layout.
    const bool differs = found->inputs > 1 && tensor.format != one.inputs[0].format;
    const bool blocked = !is_plain_layout(tensor.format);
    if (blocked && (differs || found->reach == Reach::kWhole)) return nullptr;
  }
  if (found->reach == Reach::kWhole && one.inputs.size() > found->inputs) return nullptr;
  const CaseTensor& output = one.outputs[0];
  const bool same = output.format == one.inputs[0].format ||
                    (is_plain_layout(output.format) && is_plain_layout(one.inputs[0].format));
  return same && is_readable(output.dtype) ? found : nullptr;
}

std::string list_of(const Case& one, const CaseFiles& files, size_t count) {
  std::string text;
  for (size_t i = 0; i < count; ++i) {
    const CaseTensor& tensor = one.inputs[i];
    const auto array = files.arrays.find(tensor.name);
    text += fmt::format("    ({}, {}, {}),\n",
                        array == files.arrays.end() ? "None" : python_string(array->second),
                        python_string(to_string(tensor.dtype)), python_tuple(tensor.shape));
  }
  return text;
}

std::string attrs_of(const Case& one) {
  std::string text;
  for (const CaseAttr& attr : one.attrs) {
    const std::string value = python_value(*attr.value);
    if (!value.empty()) text += fmt::format("    {}: {},\n", python_string(attr.name), value);
  }
  return text;
}

constexpr std::string_view kProgram = R"PY(

def load(name, dtype, shape):
    """An input in double precision; random where no dump holds it, the same in every run."""
    if name is None:
        rng = np.random.default_rng(0)
        values = rng.uniform(0.1, 1.0, [max(dim, 1) for dim in shape])
        return np.floor(values * 2) if "int" in dtype else values
    array = np.load(os.path.join(HERE, name))
    if dtype == "bfloat16":
        array = (array.astype(np.uint32) << 16).view(np.float32)
    return array.astype(np.float64)


def golden():
    x = [load(*each) for each in INPUTS]
    a = ATTRS  # noqa: F841
    with np.errstate(all="ignore"):
        result = np.asarray(EXPRESSION, dtype=np.float64)
    return np.trunc(result) if "int" in OUTPUT[1] else result


def main():
    expected = golden()
    np.save(os.path.join(HERE, "golden_output_0.npy"), expected)
    print("golden_output_0.npy:", expected.shape, "min", expected.min(), "max", expected.max())
    if OUTPUT[0] is None:
        return
    actual = load(*OUTPUT)
    if actual.size != expected.size:
        print("the dumped output has", actual.size, "elements, the golden one", expected.size)
        return
    difference = np.abs(actual.reshape(-1) - expected.reshape(-1))
    print("dumped output: not finite", int((~np.isfinite(actual)).sum()),
          "largest difference", np.nanmax(difference))


if __name__ == "__main__":
    main()
)PY";

}  // namespace

std::string golden_py(const Case& one, const CaseFiles& files) {
  const Golden* golden = golden_of(one);
  if (golden == nullptr) return {};
  const CaseTensor& output = one.outputs[0];
  const auto array = files.arrays.find(output.name);
  std::string program(kProgram);
  const size_t mark = program.find("EXPRESSION");
  program.replace(mark, std::string_view("EXPRESSION").size(), golden->expression);
  return fmt::format(
      "#!/usr/bin/env python3\n"
      "\"\"\"What the operator computes, in numpy.\"\"\"\n"
      "import os\n\n"
      "import numpy as np\n\n"
      "HERE = os.path.dirname(os.path.abspath(__file__))\n"
      "INPUTS = [\n{}]\n"
      "OUTPUT = ({}, {}, {})\n"
      "ATTRS = {{\n{}}}\n{}",
      list_of(one, files, golden->inputs),
      array == files.arrays.end() ? "None" : python_string(array->second),
      python_string(to_string(output.dtype)), python_tuple(output.shape), attrs_of(one), program);
}

}  // namespace omscope::repro
