// Tensor layouts ("formats" in Graph Engine's words).
#pragma once

#include <cstdint>
#include <string_view>

namespace omscope {

/// The layout of a tensor's elements in memory. `base` is the name that the file uses; it refers to
/// the bytes of the model, which must outlive it, or to the table in layout.cpp.
struct Layout {
  std::string_view base;  ///< "NC1HWC0", "FRACTAL_Z", …; empty: the file does not say
  uint16_t groups = 0;    ///< of a grouped FRACTAL_Z; 0: not stated
  uint16_t c0 = 0;        ///< elements of the innermost block; 0: not stated

  bool known() const { return !base.empty(); }
  friend bool operator==(const Layout&, const Layout&) = default;
};

/// From the text of `TensorDescriptor.layout`: a name, optionally ":" and the sub-format (groups).
Layout layout_from_text(std::string_view text);

/// From an integer `ge::Format`: bits 0–7 the format, 8–23 the sub-format, 24–27 the C0 code
/// (n stands for 1 << (n - 1), 0 for not stated).
Layout layout_from_number(int64_t number);

/// The C0 of an integer `ge::Format`; 0 when it does not state one.
uint16_t c0_from_number(int64_t number);

}  // namespace omscope
