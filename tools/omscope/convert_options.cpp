#include "omscope/convert_options.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "omscope/formats/tensorfile/elements.h"
#include "omscope/tensor/decode.h"
#include "omscope/tensor/encode.h"
#include "omscope/tensor/layout_shape.h"
#include "omscope/usage.h"

namespace omscope::cli {
namespace {

constexpr std::array<const char*, 4> kFormats = {"npy", "npz", "bin", "json"};

/// The types that numbers can be written as, for a message.
std::string writable_dtypes() {
  std::vector<std::string_view> names;
  for (int i = 0; i <= static_cast<int>(DType::kHiFloat4Scale); ++i) {
    const auto dtype = static_cast<DType>(i);
    if (dtype != DType::kUndefined && tensor::can_convert(DType::kFloat32, dtype)) {
      names.push_back(to_string(dtype));
    }
  }
  return fmt::format("{}", fmt::join(names, ", "));
}

CLI::Validator dtype_name() {
  return {[](std::string& name) {
            const DType dtype = tensorfile::dtype_from_name(name);
            if (dtype != DType::kUndefined && tensor::can_decode(dtype)) return std::string();
            return fmt::format("{} is no type that values can be written as; those are {}", name,
                               writable_dtypes());
          },
          "float32, int8, …"};
}

CLI::Validator layout_name() {
  return {[](std::string& name) {
            if (tensor::find_layout(layout_from_text(name).base) != nullptr) return std::string();
            return fmt::format("{} is none of {}", name, tensor::known_layouts());
          },
          "NCHW, NHWC, …"};
}

convert::FileFormat format_named(const std::string& name) {
  for (size_t i = 0; i < kFormats.size(); ++i) {
    if (name == kFormats[i]) return static_cast<convert::FileFormat>(i);
  }
  return convert::FileFormat::kNpy;
}

void describe_tensor_options(CLI::App& command, ConvertOptions& options) {
  const std::string group = "Tensors";
  command
      .add_option("--tensor", options.tensors,
                  "Only these, by name: output:0, 'input:*'; may be given several times")
      ->allow_extra_args(false)
      ->type_name("GLOB")
      ->group(group);
  command
      .add_option("--layout", options.layout, "In this layout, without padding where it is plain")
      ->check(layout_name())
      ->group(group);
  command
      .add_option("--from-layout", options.from_layout,
                  "The layout that IN has, where it states none (npy)")
      ->check(layout_name())
      ->group(group);
  command.add_option("--dtype", options.dtype, "As values of this type")
      ->check(dtype_name())
      ->group(group);
  command
      .add_flag("--origin-shape", options.origin_shape,
                "As the model had it: in its layout, without padding")
      ->group(group);
  command
      .add_option("--naming", options.naming,
                  "Names of the files: FILE.output.0.npy, or those of msaccucmp")
      ->check(one_of({"omscope", "msaccucmp"}))
      ->capture_default_str()
      ->group(group);
  command
      .add_option("--raw", options.raw,
                  "IN is bytes without a header: DTYPE:SHAPE[:LAYOUT], float16:1,16,8,8:NCHW")
      ->type_name("DTYPE:SHAPE")
      ->group(group);
}

}  // namespace

void describe(CLI::App& command, ConvertOptions& options) {
  command
      .add_option("IN", options.input,
                  "A dump, a file of tensors, a folder of them, or a model; -: standard input")
      ->required();
  command
      .add_option("-o,--output", options.output,
                  "The file to write; a folder when there are several, or when it ends in /; "
                  "-: standard output")
      ->check(not_empty())
      ->required();
  command
      .add_option("--to", options.to,
                  "npy, npz, bin, json (default by OUT, else npy); of an om: json, as "
                  "atc --mode=1 writes it")
      ->check(one_of({kFormats.begin(), kFormats.end()}));
  command.add_flag("--force", options.force, "Overwrite files that exist");
  command.add_option("--threads", options.threads, "Threads to use; 0: one per core")
      ->check(whole_number(0, 1024));
  describe_tensor_options(command, options);
  command
      .add_option("--extract", options.extract,
                  "Take an om apart: weights (npy), kernels (ELF), tasks, submodels")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->check(one_of({"weights", "kernels", "tasks", "submodels"}))
      ->group("Models");
}

std::string format_wanted(const ConvertOptions& options) {
  if (!options.to.empty()) return options.to;
  for (const std::string format : kFormats) {
    if (options.output.ends_with("." + format)) return format;
  }
  return "npy";
}

bool is_format(const std::string& name) {
  return std::find(kFormats.begin(), kFormats.end(), name) != kFormats.end();
}

convert::TensorOptions tensor_options(const ConvertOptions& options) {
  convert::TensorOptions out;
  out.format = format_named(format_wanted(options));
  out.tensors = options.tensors;
  out.render.layout = options.layout;
  out.render.from_layout = options.from_layout;
  if (!options.dtype.empty()) out.render.dtype = tensorfile::dtype_from_name(options.dtype);
  out.render.origin_shape = options.origin_shape;
  out.naming =
      options.naming == "msaccucmp" ? convert::Naming::kMsaccucmp : convert::Naming::kOmscope;
  out.output = options.output;
  out.force = options.force;
  return out;
}

}  // namespace omscope::cli
