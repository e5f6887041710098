#include <algorithm>
#include <array>

#include "omscope/formats/ge/facts.h"

namespace omscope::ge {
namespace {

/// domi.AippOpParams.InputFormat, with the bytes of a pixel where they are known. Halves are stored
/// doubled: YUV420SP has 1.5 bytes a pixel.
struct ImageFormat {
  std::string_view name;
  uint64_t half_bytes;
};

constexpr std::array kImageFormats = {
    ImageFormat{"", 0},
    ImageFormat{"YUV420SP_U8", 3},
    ImageFormat{"XRGB8888_U8", 8},
    ImageFormat{"RGB888_U8", 6},
    ImageFormat{"YUV400_U8", 2},
    ImageFormat{"NC1HWC0DI_FP16", 0},
    ImageFormat{"NC1HWC0DI_S8", 0},
    ImageFormat{"ARGB8888_U8", 8},
    ImageFormat{"YUYV_U8", 4},
    ImageFormat{"YUV422SP_U8", 4},
    ImageFormat{"AYUV444_U8", 8},
    ImageFormat{"RAW10", 4},
    ImageFormat{"RAW12", 4},
    ImageFormat{"RAW16", 4},
    ImageFormat{"RAW24", 0},
    ImageFormat{"RGB16", 0},
    ImageFormat{"RGB20", 0},
    ImageFormat{"RGB24", 0},
    ImageFormat{"RGB8_IR", 0},
    ImageFormat{"RGB16_IR", 0},
    ImageFormat{"RGB24_IR", 0},
};

/// The Data op that feeds `op`, by its first inputs.
const ir::Op* feeding_data(const ir::Graph& graph, const ir::Op& op) {
  const ir::Op* at = &op;
  constexpr int kMostSteps = 100;  // image preprocessing stands at the start of a network
  for (int steps = 0; steps < kMostSteps; ++steps) {
    if (is_data_op(at->type)) return at;
    if (at->inputs.empty() || at->inputs[0].source_op == ir::kNowhere) return nullptr;
    at = &graph.ops[at->inputs[0].source_op];
  }
  return nullptr;
}

std::optional<uint64_t> image_bytes(const ImageFormat& format, const ir::Aipp& aipp) {
  if (format.half_bytes == 0 || !aipp.src_w || !aipp.src_h) return std::nullopt;
  const std::array<int64_t, 2> dims = {*aipp.src_w, *aipp.src_h};
  const auto pixels = ir::element_count(dims);
  uint64_t doubled = 0;
  if (!pixels || __builtin_mul_overflow(*pixels, format.half_bytes, &doubled)) return std::nullopt;
  return doubled / 2;
}

std::optional<int64_t> positive(ir::List<ir::Attr> config, std::string_view name) {
  const auto value = ir::get<int64_t>(config, name);
  return value && *value > 0 ? value : std::nullopt;
}

ir::Aipp describe(const ir::Op* data, const ir::NamedAttrs& config) {
  ir::Aipp aipp;
  aipp.config = &config;
  if (data != nullptr) aipp.input = data->name;
  const int64_t mode = ir::get<int64_t>(config.attrs, "aipp_mode").value_or(0);
  aipp.mode = mode == 1 ? "static" : mode == 2 ? "dynamic" : "";
  const int64_t format = ir::get<int64_t>(config.attrs, "input_format").value_or(0);
  const bool known = format > 0 && static_cast<size_t>(format) < kImageFormats.size();
  const ImageFormat& image = kImageFormats.at(known ? static_cast<size_t>(format) : 0);
  aipp.image_format = image.name;
  aipp.src_w = positive(config.attrs, "src_image_size_w");
  aipp.src_h = positive(config.attrs, "src_image_size_h");
  aipp.size = image_bytes(image, aipp);
  if (!aipp.size && mode == 2) {
    if (const auto most = positive(config.attrs, "max_src_image_size")) {
      aipp.size = static_cast<uint64_t>(*most);
    }
  }
  return aipp;
}

}  // namespace

void read_aipp(ir::Model& model, const ir::Graph& root) {
  for (const ir::Op& op : root.ops) {
    // An AippConfig op repeats what the Aipp op behind it says.
    const auto config = ir::get<const ir::NamedAttrs*>(op.attrs, "aipp");
    if (!config || op.type == "AippConfig") continue;
    const ir::Op* data = feeding_data(root, op);
    const bool known = std::any_of(model.aipp.begin(), model.aipp.end(), [&](const ir::Aipp& each) {
      return data != nullptr && each.input == data->name;
    });
    if (!known) model.aipp.push_back(describe(data, **config));
  }
}

}  // namespace omscope::ge
