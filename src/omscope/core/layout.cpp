#include "omscope/core/layout.h"

#include <array>
#include <charconv>

namespace omscope {
namespace {

// ge::Format by number. 40 is written "FORMAT_RESERVED" or "RESERVED"; the lite C executor numbers
// 48 and up differently, no file of it with such a layout was seen.
constexpr std::array<std::string_view, 55> kNames = {
    "NCHW",
    "NHWC",
    "ND",
    "NC1HWC0",
    "FRACTAL_Z",
    "NC1C0HWPAD",
    "NHWC1C0",
    "FSR_NCHW",
    "FRACTAL_DECONV",
    "C1HWNC0",
    "FRACTAL_DECONV_TRANSPOSE",
    "FRACTAL_DECONV_SP_STRIDE_TRANS",
    "NC1HWC0_C04",
    "FRACTAL_Z_C04",
    "CHWN",
    "DECONV_SP_STRIDE8_TRANS",
    "HWCN",
    "NC1KHKWHWC0",
    "BN_WEIGHT",
    "FILTER_HWCK",
    "LOOKUP_LOOKUPS",
    "LOOKUP_KEYS",
    "LOOKUP_VALUE",
    "LOOKUP_OUTPUT",
    "LOOKUP_HITS",
    "C1HWNCoC0",
    "MD",
    "NDHWC",
    "FRACTAL_ZZ",
    "FRACTAL_NZ",
    "NCDHW",
    "DHWCN",
    "NDC1HWC0",
    "FRACTAL_Z_3D",
    "CN",
    "NC",
    "DHWNC",
    "FRACTAL_Z_3D_TRANSPOSE",
    "FRACTAL_ZN_LSTM",
    "FRACTAL_Z_G",
    "FORMAT_RESERVED",
    "ALL",
    "NULL",
    "ND_RNN_BIAS",
    "FRACTAL_ZN_RNN",
    "NYUV",
    "NYUV_A",
    "NCL",
    "FRACTAL_Z_WINO",
    "C1HWC0",
    "FRACTAL_NZ_C0_16",
    "FRACTAL_NZ_C0_32",
    "FRACTAL_NZ_C0_2",
    "FRACTAL_NZ_C0_4",
    "FRACTAL_NZ_C0_8",
};

}  // namespace

Layout layout_from_text(std::string_view text) {
  Layout layout;
  const size_t colon = text.find(':');
  layout.base = text.substr(0, colon);
  if (colon != std::string_view::npos) {
    const std::string_view digits = text.substr(colon + 1);
    std::from_chars(digits.data(), digits.data() + digits.size(), layout.groups);
  }
  return layout;
}

uint16_t c0_from_number(int64_t number) {
  if (number < 0) return 0;
  const auto code = static_cast<unsigned>((number >> 24) & 0xF);
  return code == 0 ? uint16_t{0} : static_cast<uint16_t>(1U << (code - 1));
}

Layout layout_from_number(int64_t number) {
  Layout layout;
  if (number < 0) return layout;
  const auto base = static_cast<size_t>(number & 0xFF);
  if (base < kNames.size()) layout.base = kNames[base];
  layout.groups = static_cast<uint16_t>((number >> 8) & 0xFFFF);
  layout.c0 = c0_from_number(number);
  return layout;
}

}  // namespace omscope
