// Layout conversions of random tensors: shape, layouts, C0 and groups come from the input.

#include <algorithm>
#include <array>
#include <cstring>

#include "omscope/core/byte_cursor.h"
#include "omscope/tensor/convert_layout.h"

#include "fuzz/check.h"
#include "fuzz/targets.h"

namespace omscope::fuzz {
namespace {

constexpr std::array kLayouts = {"NCHW",
                                 "NHWC",
                                 "HWCN",
                                 "CHWN",
                                 "NCDHW",
                                 "NDHWC",
                                 "DHWCN",
                                 "DHWNC",
                                 "NC",
                                 "CN",
                                 "ND",
                                 "NC1HWC0",
                                 "NC1HWC0_C04",
                                 "NDC1HWC0",
                                 "C1HWNC0",
                                 "C1HWNCoC0",
                                 "FRACTAL_Z",
                                 "FRACTAL_ZZ",
                                 "FRACTAL_NZ",
                                 "FRACTAL_Z_C04",
                                 "FRACTAL_Z_3D",
                                 "FRACTAL_NZ_C0_2",
                                 "FRACTAL_NZ_C0_16",
                                 "FRACTAL_Z_3D_TRANSPOSE"};
constexpr std::array kTypes = {DType::kInt8, DType::kFloat16, DType::kFloat32,   DType::kFloat64,
                               DType::kInt4, DType::kUInt1,   DType::kComplex128};

/// The input as a source of small numbers; zeros when it is used up.
class Choices {
 public:
  explicit Choices(std::string_view input) : rest_(input) {}

  uint8_t byte() {
    if (rest_.empty()) return 0;
    const char first = rest_.front();
    rest_.remove_prefix(1);
    return static_cast<uint8_t>(first);
  }

  Layout layout() {
    Layout made;
    made.base = tensor::find_layout(kLayouts[byte() % kLayouts.size()])->name;
    const uint8_t numbers = byte();
    made.groups = numbers % 9;
    constexpr std::array<uint16_t, 8> kC0 = {0, 0, 0, 2, 4, 8, 16, 32};
    made.c0 = kC0[numbers / 9 % kC0.size()];
    return made;
  }

  /// Mostly small dims; one that no tensor has now and then.
  std::vector<int64_t> dims() {
    std::vector<int64_t> made(byte() % 8);
    for (int64_t& dim : made) {
      const uint8_t size = byte();
      dim = size == 255 ? int64_t{1} << 40 : size == 254 ? -1 : size % 36;
    }
    return made;
  }

  std::string_view rest() const { return rest_; }

 private:
  std::string_view rest_;
};

/// In one piece, and in pieces that the conversion asks for: both must be the same.
void convert(const tensor::Conversion& conversion, ByteView source) {
  std::vector<std::byte> whole(conversion.output_bytes());
  require(conversion.write_all(source, whole), "a source that is long enough converts");
  const uint64_t block = conversion.block(64);
  std::vector<std::byte> part(conversion.bytes_of(block));
  for (uint64_t first = 0; first < conversion.count(); first += block) {
    const uint64_t count = std::min(block, conversion.count() - first);
    require(conversion.write(source, first, count, part), "every range converts");
    require(std::memcmp(part.data(), whole.data() + conversion.bytes_of(first),
                        conversion.bytes_of(count)) == 0,
            "ranges are parts of the whole");
  }
}

}  // namespace

void layouts(std::string_view input) {
  Choices choices(input);
  const Layout from = choices.layout();
  const Layout wanted = choices.layout();
  const Layout origin = choices.layout();
  const DType dtype = kTypes[choices.byte() % kTypes.size()];
  const auto shape = choices.dims();
  const auto origin_shape = choices.dims();
  const bool has_origin = choices.byte() % 4 != 0;
  const std::string_view payload = choices.rest();

  tensor::StoredShape stored{from,         shape,      has_origin ? origin : Layout{},
                             origin_shape, has_origin, dtype};
  const auto planned = tensor::plan_conversion(stored, wanted);
  if (!planned) return;
  // As large as its shape says; tensors that an input of this size cannot justify are only planned.
  constexpr uint64_t kMost = uint64_t{1} << 16U;
  if (planned->source_bytes() > kMost || planned->output_bytes() > kMost) return;
  std::vector<std::byte> source(planned->source_bytes());
  for (size_t i = 0; i < source.size(); ++i) {
    source[i] = payload.empty() ? static_cast<std::byte>(i % 251)
                                : static_cast<std::byte>(payload[i % payload.size()]);
  }
  convert(*planned, source);
  if (!source.empty()) {
    std::vector<std::byte> room(planned->output_bytes());
    const ByteView cut = ByteView(source).first(source.size() - 1);
    require(!planned->write_all(cut, room), "a source that is too short is refused");
  }

  // Back again, and forth: the same elements in the same places.
  const tensor::StoredShape back{planned->layout, planned->shape, origin,
                                 origin_shape,    has_origin,     dtype};
  std::vector<std::byte> there(planned->output_bytes());
  require(planned->write_all(source, there), "a conversion can be repeated");
  const auto returned = tensor::plan_conversion(back, wanted);
  if (!returned || returned->output_bytes() > kMost) return;
  if (returned->source_bytes() > there.size()) return;
  convert(*returned, there);
}

}  // namespace omscope::fuzz
