#include "omscope/diagnose/aipp_checks.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "omscope/core/text.h"
#include "omscope/formats/config/aipp_config.h"

namespace omscope::diagnose {
namespace {

using config::AippOp;
using config::AippSetting;

/// Keys of the configuration; those that end in "*" stand for a number behind.
constexpr std::array<std::string_view, 41> kKeys = {"aipp_mode",
                                                    "related_input_rank",
                                                    "related_input_name",
                                                    "input_edge_idx",
                                                    "max_src_image_size",
                                                    "support_rotation",
                                                    "input_format",
                                                    "src_image_size_w",
                                                    "src_image_size_h",
                                                    "crop",
                                                    "load_start_pos_w",
                                                    "load_start_pos_h",
                                                    "crop_size_w",
                                                    "crop_size_h",
                                                    "resize",
                                                    "resize_output_w",
                                                    "resize_output_h",
                                                    "resize_model",
                                                    "padding",
                                                    "left_padding_size",
                                                    "right_padding_size",
                                                    "top_padding_size",
                                                    "bottom_padding_size",
                                                    "padding_value",
                                                    "cpadding_value",
                                                    "csc_switch",
                                                    "rbuv_swap_switch",
                                                    "ax_swap_switch",
                                                    "single_line_mode",
                                                    "mean_chn_*",
                                                    "min_chn_*",
                                                    "var_reci_chn_*",
                                                    "var_reci_chn",
                                                    "matrix_r*",
                                                    "output_bias_*",
                                                    "input_bias_*",
                                                    "raw_rgbir_to_f16_n",
                                                    "mean_chn",
                                                    "min_chn",
                                                    "cpadding",
                                                    "model_format"};
constexpr std::array<std::string_view, 4> kPaddings = {"left_padding_size", "right_padding_size",
                                                       "top_padding_size", "bottom_padding_size"};

bool is_known(std::string_view key) {
  return std::any_of(kKeys.begin(), kKeys.end(), [&](std::string_view known) {
    return known.ends_with('*') ? key.starts_with(known.substr(0, known.size() - 1)) : key == known;
  });
}

class Checker {
 public:
  Checker(const AippOp& op, const std::string& file, std::vector<Finding>& findings)
      : op_(op), file_(file), findings_(findings) {}

  void check(const ir::Model* model) {
    check_keys();
    check_mode();
    check_source();
    check_crop();
    check_padding();
    check_colours();
    check_scale();
    if (model != nullptr) check_model(*model);
  }

 private:
  void say(Severity severity, std::string_view key, std::string en, std::string zh) {
    const AippSetting* setting = op_.find(key);
    const size_t line = setting == nullptr ? op_.line : setting->line;
    const std::string text = setting == nullptr
                                 ? std::string("aipp_op")
                                 : fmt::format("{}: {}", setting->key, as_utf8(setting->value));
    findings_.push_back({severity, "aipp", {std::move(en), std::move(zh)}, {{file_, line, text}}});
  }

  double number(std::string_view key) const { return op_.number(key).value_or(0); }
  bool has(std::string_view key) const { return op_.find(key) != nullptr; }

  void check_keys() {
    for (const AippSetting& setting : op_.settings) {
      if (is_known(setting.key)) continue;
      const std::string key = as_utf8(shortened(as_utf8(setting.key), 60));
      say(Severity::kWarning, setting.key,
          fmt::format("'{}' is no setting of AIPP that is known; check its spelling", key),
          fmt::format("AIPP 没有名为“{}”的已知配置项；请检查拼写", key));
    }
  }

  void check_mode() {
    const std::string_view mode = op_.text("aipp_mode");
    if (mode == "static" || mode == "dynamic") {
      if (mode == "dynamic" && !has("max_src_image_size")) {
        say(Severity::kError, "aipp_mode",
            "A dynamic AIPP needs max_src_image_size, the bytes of the largest image",
            "动态 AIPP 必须配置 max_src_image_size（最大图像的字节数）");
      }
      return;
    }
    say(Severity::kError, "aipp_mode", "aipp_mode must be static or dynamic",
        "aipp_mode 必须为 static 或 dynamic");
  }

  bool is_yuv420() const { return op_.text("input_format") == "YUV420SP_U8"; }

  void check_source() {
    for (const std::string_view key : {"src_image_size_w", "src_image_size_h"}) {
      if (!has(key)) continue;
      const double size = number(key);
      if (size == 0) continue;  // taken from the model's input
      if (size < 2 || size > 4096) {
        say(Severity::kWarning, key, fmt::format("{} should lie between 2 and 4096", key),
            fmt::format("{} 应在 2 到 4096 之间", key));
      } else if (is_yuv420() && std::fmod(size, 2) != 0) {
        say(Severity::kError, key,
            fmt::format("{} must be even for YUV420SP_U8: two rows and columns share a colour",
                        key),
            fmt::format("YUV420SP_U8 的 {} 必须为偶数", key));
      }
    }
  }

  void check_crop() {
    if (!op_.is_on("crop")) {
      for (const std::string_view key : {"crop_size_w", "crop_size_h"}) {
        if (number(key) <= 0) continue;
        say(Severity::kWarning, key, fmt::format("{} has no effect without crop: true", key),
            fmt::format("没有 crop: true 时 {} 不起作用", key));
      }
      return;
    }
    check_crop_side("w", "width");
    check_crop_side("h", "height");
  }

  void check_crop_side(std::string_view side, std::string_view word) {
    const std::string size_key = fmt::format("crop_size_{}", side);
    const std::string start_key = fmt::format("load_start_pos_{}", side);
    const double source = number(fmt::format("src_image_size_{}", side));
    const double reach = number(start_key) + number(size_key);
    if (source > 0 && reach > source) {
      say(Severity::kError, size_key,
          fmt::format("The crop reaches to {} {}, the source image has {}", word, reach, source),
          fmt::format("裁剪到达 {} = {}，源图像只有 {}", side, reach, source));
    }
    const bool odd = std::fmod(number(start_key), 2) != 0 || std::fmod(number(size_key), 2) != 0;
    if (is_yuv420() && odd) {
      say(Severity::kError, size_key,
          fmt::format("Start and {} of the crop must be even for YUV420SP_U8", word),
          fmt::format("YUV420SP_U8 的裁剪起点和大小（{}）必须为偶数", side));
    }
  }

  void check_padding() {
    constexpr double kMost = 32;
    for (const std::string_view key : kPaddings) {
      const double size = number(key);
      if (size < 0 || size > kMost) {
        say(Severity::kError, key, fmt::format("{} is {}; AIPP pads at most 32", key, size),
            fmt::format("{} 为 {}；AIPP 的填充最多为 32", key, size));
      } else if (size > 0 && !op_.is_on("padding")) {
        say(Severity::kWarning, key, fmt::format("{} has no effect without padding: true", key),
            fmt::format("没有 padding: true 时 {} 不起作用", key));
      }
    }
  }

  void check_colours() {
    const std::string_view format = op_.text("input_format");
    const bool is_static = op_.text("aipp_mode") == "static";
    if (format.empty() && is_static) {
      return say(Severity::kError, "input_format", "A static AIPP needs input_format",
                 "静态 AIPP 必须配置 input_format");
    }
    const bool is_rgb = format.find("RGB") != std::string_view::npos;
    if (op_.is_on("csc_switch") && is_rgb && !has("matrix_r0c0")) {
      say(Severity::kWarning, "csc_switch",
          "csc_switch converts colours, but no matrix_r… says how",
          "csc_switch 已打开，但没有 matrix_r… 指定转换矩阵");
    }
    if (!op_.is_on("csc_switch") && format == "YUV420SP_U8") {
      say(Severity::kInfo, "csc_switch",
          "The model gets YUV as it is; one that was trained on RGB needs csc_switch: true and a "
          "matrix",
          "模型将直接得到 YUV 数据；若按 RGB 训练，需要 csc_switch: true 和转换矩阵");
    }
  }

  /// Values are (pixel - mean - min) * var_reci.
  void check_scale() {
    for (const AippSetting& setting : op_.settings) {
      if (!setting.key.starts_with("var_reci_chn")) continue;
      const double value = op_.number(setting.key).value_or(0);
      if (value <= 1) continue;
      say(Severity::kWarning, setting.key,
          fmt::format(
              "{} is multiplied with, it is the reciprocal of the deviation: for {} write {}",
              setting.key, value, number_text(1 / value)),
          fmt::format("{} 是方差的倒数，用于相乘：{} 应写为 {}", setting.key, value,
                      number_text(1 / value)));
    }
  }

  void check_model(const ir::Model& model) {
    const double rank = number("related_input_rank");
    const auto inputs = static_cast<double>(model.inputs.size());
    if (inputs > 0 && (rank < 0 || rank >= inputs)) {
      return say(Severity::kError, "related_input_rank",
                 fmt::format("related_input_rank is {}, the model has {}", rank,
                             counted(model.inputs.size(), "input")),
                 fmt::format("related_input_rank 为 {}，模型只有 {} 个输入", rank, inputs));
    }
    if (inputs == 0 || model.kind != Kind::kOnnx || !op_.is_on("crop")) return;
    check_result(model.inputs[static_cast<size_t>(rank)]);
  }

  /// What crop and padding make must be what the model takes; an ONNX model says it as NCHW.
  void check_result(const ir::Port& port) {
    if (port.shape.size() != 4 || op_.is_on("resize")) return;
    const double height =
        number("crop_size_h") + number("top_padding_size") + number("bottom_padding_size");
    const double width =
        number("crop_size_w") + number("left_padding_size") + number("right_padding_size");
    const auto fits = [](double made, int64_t wanted) {
      return wanted <= 0 || made == static_cast<double>(wanted);
    };
    if (fits(height, port.shape[2]) && fits(width, port.shape[3])) return;
    say(Severity::kError, "crop_size_h",
        fmt::format("Crop and padding make {} x {}, the model's input '{}' is {} x {} (height x "
                    "width)",
                    height, width, as_utf8(port.name), port.shape[2], port.shape[3]),
        fmt::format("裁剪和填充后为 {} x {}，模型输入“{}”为 {} x {}（高 x 宽）", height, width,
                    as_utf8(port.name), port.shape[2], port.shape[3]));
  }

  const AippOp& op_;
  const std::string& file_;
  std::vector<Finding>& findings_;
};

}  // namespace

std::vector<Finding> check_aipp(std::string_view text, const std::string& file,
                                const ir::Model* model) {
  std::vector<Finding> findings;
  const config::AippConfig config = config::read_aipp_config(text);
  for (const std::string& fault : config.faults) {
    const std::string words = as_utf8(fault);
    findings.push_back({Severity::kError,
                        "aipp",
                        {fmt::format("The configuration cannot be parsed: {}", words),
                         fmt::format("配置无法解析：{}", words)},
                        {{file, 0, words}}});
  }
  for (const AippOp& op : config.ops) Checker(op, file, findings).check(model);
  return findings;
}

}  // namespace omscope::diagnose
