// main.py and the list of cases for msOpST.
//
// OpUT takes a dict per case: "params" in the order of the operator (inputs, outputs, attributes),
// each tensor a dict of shape, dtype, format, ori_shape, ori_format and, for inputs, "value", the
// path of an array; "case_name"; "bin_path", the kernel's .o, whose .json stands beside it.
#include <fmt/format.h>

#include "omscope/repro/case_files.h"
#include "omscope/repro/python_text.h"

namespace omscope::repro {
namespace {

/// Frameworks of the toolkit write a few dtypes in their own way.
std::string_view framework_dtype(DType dtype) {
  const std::string_view name = to_string(dtype);
  return name.empty() ? "uint8" : name;
}

std::string param(const CaseTensor& tensor, const CaseFiles& files) {
  std::string text = fmt::format(
      "{{\"shape\": {}, \"dtype\": {}, \"format\": {}, \"ori_shape\": {}, \"ori_format\": {}, "
      "\"param_type\": \"{}\"",
      python_tuple(tensor.shape), python_string(framework_dtype(tensor.dtype)),
      python_string(tensor.format), python_tuple(tensor.origin_shape),
      python_string(tensor.origin_format), tensor.is_input ? "input" : "output");
  const auto array = files.arrays.find(tensor.name);
  if (tensor.is_input && array != files.arrays.end()) {
    text += fmt::format(", \"value\": os.path.join(HERE, {})", python_string(array->second));
  }
  return text + "}";
}

std::string params(const Case& one, const CaseFiles& files) {
  std::string text;
  for (const std::vector<CaseTensor>* list : {&one.inputs, &one.outputs}) {
    for (const CaseTensor& tensor : *list) {
      const bool absent = tensor.is_input && tensor.note == "not connected";
      text +=
          fmt::format("        {},  # {}\n", absent ? "None" : param(tensor, files), tensor.name);
    }
  }
  for (const CaseAttr& attr : one.attrs) {
    const std::string value = python_value(*attr.value);
    if (!value.empty()) text += fmt::format("        {},  # {}\n", value, python_string(attr.name));
  }
  return text;
}

Json tensor_json(const CaseTensor& tensor, const CaseFiles& files) {
  Json out;
  const std::string_view dtype = framework_dtype(tensor.dtype);
  out["format"] = Json::array({json_text(tensor.format)});
  out["type"] = Json::array({dtype == "float32" ? "float" : std::string(dtype)});
  out["shape"] = tensor.shape;
  if (tensor.origin_format != tensor.format || tensor.origin_shape != tensor.shape) {
    out["ori_format"] = Json::array({json_text(tensor.origin_format)});
    out["ori_shape"] = tensor.origin_shape;
  }
  if (!tensor.is_input) return out;
  const auto raw = files.raw.find(tensor.name);
  if (raw != files.raw.end()) {
    out["value"] = raw->second;
    if (tensor.is_constant) out["is_const"] = true;
  } else {
    // Integers are most often indices or counts, which small ones are right for.
    const bool is_integer = dtype.find("int") != std::string_view::npos;
    out["data_distribute"] = Json::array({"uniform"});
    out["value_range"] = Json::array({is_integer ? Json::array({0, 2}) : Json::array({0.1, 1.0})});
  }
  return out;
}

}  // namespace

std::string main_py(const Case& one, const CaseFiles& files) {
  std::string text = fmt::format(
      "#!/usr/bin/env python3\n"
      "\"\"\"One operator alone, on a machine with an NPU and the CANN toolkit.\"\"\"\n"
      "import os\n\n"
      "from op_test_frame.ut import OpUT\n\n"
      "HERE = os.path.dirname(os.path.abspath(__file__))\n\n\n"
      "def run_sample_case():\n"
      "    ut_case = OpUT({}, None, None)\n"
      "    params = [\n{}    ]\n"
      "    case = {{\n"
      "        \"params\": params,\n"
      "        \"case_name\": {},\n",
      python_string(one.op_type), params(one, files),
      python_string(one.kernel.empty() ? one.op_type + "_case" : one.kernel));
  if (!files.binary.empty()) {
    text +=
        fmt::format("        \"bin_path\": os.path.join(HERE, {}),\n", python_string(files.binary));
  }
  text += fmt::format("    }}\n    ut_case.{}\n",
                      files.binary.empty() ? "add_case(case=case)" : "add_direct_case(case)");
  text +=
      "    ut_case.run(\"all\")\n\n\n"
      "if __name__ == \"__main__\":\n"
      "    run_sample_case()\n";
  return text;
}

Json msopst_json(const Case& one, const CaseFiles& files) {
  Json test;
  test["case_name"] = "Test_" + one.op_type + "_001";
  test["op"] = one.op_type;
  test["input_desc"] = Json::array();
  for (const CaseTensor& tensor : one.inputs) {
    if (tensor.note != "not connected") test["input_desc"].push_back(tensor_json(tensor, files));
  }
  test["output_desc"] = Json::array();
  for (const CaseTensor& tensor : one.outputs) {
    test["output_desc"].push_back(tensor_json(tensor, files));
  }
  Json attrs = Json::array();
  for (const CaseAttr& attr : one.attrs) {
    const std::string_view type = msopst_type(*attr.value);
    if (type.empty()) continue;
    attrs.push_back({{"name", attr.name}, {"type", type}, {"value", json_value(*attr.value)}});
  }
  if (!attrs.empty()) test["attr"] = attrs;
  return Json::array({test});
}

}  // namespace omscope::repro
