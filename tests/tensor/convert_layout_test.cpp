#include "omscope/tensor/convert_layout.h"

#include <random>

#include <gtest/gtest.h>

#include "tensor/layout_reference.h"

namespace omscope {
namespace {

using tensor::Conversion;
using tensor::StoredShape;
using test::Point;
using test::Reference;

using Dims = std::vector<int64_t>;

template <class T>
ByteView bytes_of(const std::vector<T>& values) {
  return {reinterpret_cast<const std::byte*>(values.data()), values.size() * sizeof(T)};
}

template <class T>
std::span<std::byte> room_of(std::vector<T>& values) {
  return {reinterpret_cast<std::byte*>(values.data()), values.size() * sizeof(T)};
}

template <class T>
std::vector<T> numbered(int64_t count) {
  std::vector<T> values(static_cast<size_t>(count));
  for (size_t i = 0; i < values.size(); ++i) {
    // No zero: padding must be told from elements.
    std::memset(&values[i], static_cast<int>(1 + i % 251), sizeof(T));
    const auto low = static_cast<uint16_t>(i * 7 + 1);
    std::memcpy(&values[i], &low, std::min(sizeof(T), sizeof(low)));
  }
  return values;
}

template <class T>
constexpr DType type_of() {
  switch (sizeof(T)) {
    case 1: return DType::kInt8;
    case 2: return DType::kFloat16;
    case 4: return DType::kFloat32;
    case 8: return DType::kInt64;
    default: return DType::kComplex128;
  }
}

Layout layout(const std::string& name, int64_t groups = 0, int64_t c0 = 0) {
  // Names in tests outlive the layouts made of them.
  Layout made;
  made.base = tensor::find_layout(name)->name;
  made.groups = static_cast<uint16_t>(groups);
  made.c0 = static_cast<uint16_t>(c0);
  return made;
}

/// All of the output, in ranges of random lengths.
template <class T>
std::vector<T> written(const Conversion& conversion, const std::vector<T>& source,
                       std::mt19937& random) {
  std::vector<T> out(conversion.count(), T{});
  for (uint64_t first = 0; first < out.size();) {
    const uint64_t count = std::min<uint64_t>(1 + random() % 700, out.size() - first);
    EXPECT_TRUE(
        conversion.write(bytes_of(source), first, count, room_of(out).subspan(first * sizeof(T))));
    first += count;
  }
  std::vector<T> at_once(conversion.count());
  EXPECT_TRUE(conversion.write_all(bytes_of(source), room_of(at_once)));
  EXPECT_TRUE(out == at_once);
  return out;
}

int64_t pick(std::mt19937& random, int64_t least, int64_t most) {
  return least + static_cast<int64_t>(random() % static_cast<uint64_t>(most - least + 1));
}

/// From each layout of a random tensor to another: the reference's elements, and back again.
template <class T>
void check_images(const std::vector<std::string>& layouts, const std::string& origin,
                  bool with_groups, unsigned seed) {
  std::mt19937 random(seed);
  const bool deep = origin.size() == 5;
  for (int round = 0; round < 120; ++round) {
    const int64_t c0 = int64_t{2} << pick(random, 0, 4);
    const int64_t groups = with_groups ? pick(random, 1, 8) : 1;
    const Point size{groups * pick(random, 1, with_groups ? 5 : 40), pick(random, 1, 40),
                     deep ? pick(random, 1, 3) : 1, pick(random, 1, 5), pick(random, 1, 5)};
    const std::string a = layouts[random() % layouts.size()];
    const std::string b = layouts[random() % layouts.size()];
    const auto side = [&](const std::string& name) {
      Reference reference{name, size, c0, groups};
      if (name == "NC1HWC0_C04") reference.c0 = 4;
      return reference;
    };
    Reference logical{origin, size, c0, groups};
    const Reference from = side(a);
    const Reference to = side(b);
    const bool is_weight = a == "FRACTAL_Z" || b == "FRACTAL_Z";
    if (groups > 1 && (!is_weight || a == "FRACTAL_Z_3D" || b == "FRACTAL_Z_3D")) continue;
    const auto plain = numbered<T>(test::product(test::reference_shape(logical)));
    const auto source = test::reference_convert(logical, from, plain);
    const Dims shape = test::reference_shape(from);
    const Dims origin_shape = test::reference_shape(logical);
    const StoredShape stored{layout(a, groups),      shape, layout(origin),
                             origin_shape,           true,  type_of<T>(),
                             bytes_of(source).size()};
    auto conversion = plan_conversion(stored, layout(b, 0, to.c0));
    SCOPED_TRACE(a + " to " + b + ", c0 " + std::to_string(c0) + ", groups " +
                 std::to_string(groups) + ", round " + std::to_string(round));
    ASSERT_TRUE(conversion.ok()) << to_line(conversion.error());
    EXPECT_EQ(conversion->shape, test::reference_shape(to));
    EXPECT_TRUE(conversion->notes.empty());
    const auto out = written(*conversion, source, random);
    ASSERT_TRUE(out == test::reference_convert(from, to, source));

    const StoredShape returned{
        layout(b, groups), conversion->shape,   layout(origin), origin_shape, true,
        type_of<T>(),      bytes_of(out).size()};
    auto back = plan_conversion(returned, layout(a, 0, from.c0));
    ASSERT_TRUE(back.ok()) << to_line(back.error());
    EXPECT_EQ(back->shape, shape);
    ASSERT_TRUE(written(*back, out, random) == source);
  }
}

const std::vector<std::string> kFlat = {"NCHW",      "NHWC",      "HWCN",   "CHWN",
                                        "NC1HWC0",   "C1HWNC0",   "NCHW",   "C1HWNCoC0",
                                        "FRACTAL_Z", "FRACTAL_Z", "NC1HWC0"};
const std::vector<std::string> kDeep = {
    "NCDHW", "NDHWC", "DHWCN", "DHWNC", "NDC1HWC0", "FRACTAL_Z_3D", "FRACTAL_Z_3D_TRANSPOSE"};

TEST(ConvertLayout, ImagesEqualTheFormulas) {
  check_images<uint8_t>(kFlat, "NCHW", false, 1);
  check_images<uint16_t>(kFlat, "NHWC", false, 2);
  check_images<uint32_t>(kFlat, "HWCN", false, 3);
  check_images<uint64_t>(kFlat, "CHWN", false, 4);
  check_images<std::array<uint64_t, 2>>(kFlat, "NCHW", false, 5);
}

TEST(ConvertLayout, VolumesEqualTheFormulas) {
  check_images<uint16_t>(kDeep, "NCDHW", false, 6);
  check_images<uint8_t>(kDeep, "DHWCN", false, 7);
  check_images<uint32_t>(kDeep, "NDHWC", false, 8);
}

TEST(ConvertLayout, GroupsEqualTheFormulas) {
  const std::vector<std::string> weights = {"NCHW", "NHWC", "HWCN", "FRACTAL_Z", "FRACTAL_Z"};
  check_images<uint16_t>(weights, "NCHW", true, 9);
  check_images<uint8_t>(weights, "HWCN", true, 10);
  check_images<uint32_t>(weights, "NHWC", true, 11);
}

/// Layouts of at most four channels.
TEST(ConvertLayout, FourChannelsEqualTheFormulas) {
  std::mt19937 random(12);
  for (int round = 0; round < 200; ++round) {
    const Point size{pick(random, 1, 40), pick(random, 1, 4), 1, pick(random, 1, 6),
                     pick(random, 1, 6)};
    const int64_t c0 = int64_t{8} << pick(random, 0, 2);
    const std::vector<Reference> sides = {{"NCHW", size},           {"HWCN", size},
                                          {"NHWC", size},           {"NC1HWC0", size, 16},
                                          {"NC1HWC0_C04", size, 4}, {"FRACTAL_Z_C04", size, c0}};
    const Reference& from = sides[random() % sides.size()];
    const Reference& to = sides[random() % sides.size()];
    const Reference logical{"NCHW", size};
    const Dims shape = test::reference_shape(from);
    const Dims origin = test::reference_shape(logical);
    const auto source =
        test::reference_convert(logical, from, numbered<uint16_t>(test::product(origin)));
    const StoredShape stored{
        layout(from.layout),    shape, layout("NCHW"), origin, true, DType::kFloat16,
        bytes_of(source).size()};
    auto conversion = plan_conversion(stored, layout(to.layout, 0, to.c0));
    SCOPED_TRACE(from.layout + " to " + to.layout);
    ASSERT_TRUE(conversion.ok()) << to_line(conversion.error());
    EXPECT_EQ(conversion->shape, test::reference_shape(to));
    ASSERT_TRUE(written(*conversion, source, random) == test::reference_convert(from, to, source));
  }
}

template <class T>
void check_matrices(unsigned seed) {
  std::mt19937 random(seed);
  for (int round = 0; round < 150; ++round) {
    Dims dims;
    const int64_t rank = pick(random, 1, 5);
    for (int64_t i = 0; i < rank; ++i) dims.push_back(pick(random, 1, i + 2 < rank ? 3 : 70));
    const int64_t c0 = int64_t{2} << pick(random, 0, 4);
    const bool is_nz = random() % 2 == 0;
    const std::string name = !is_nz ? "FRACTAL_ZZ" : "FRACTAL_NZ_C0_" + std::to_string(c0);
    const test::MatrixReference reference = test::matrix_reference(is_nz, dims, c0);
    const auto plain = numbered<T>(test::product(dims));
    std::vector<T> blocked(static_cast<size_t>(test::product(reference.shape)), T{});
    for (size_t i = 0; i < plain.size(); ++i) {
      blocked.at(static_cast<size_t>(reference.places[i])) = plain[i];
    }
    SCOPED_TRACE(name + " of " + std::to_string(c0) + " round " + std::to_string(round));
    const StoredShape stored{layout(name), reference.shape,         {}, dims, true,
                             type_of<T>(), bytes_of(blocked).size()};
    auto to_nd = plan_conversion(stored, layout("ND"));
    ASSERT_TRUE(to_nd.ok()) << to_line(to_nd.error());
    EXPECT_EQ(to_nd->shape, dims);
    ASSERT_TRUE(written(*to_nd, blocked, random) == plain);
    const StoredShape flat{layout("ND"), dims, {}, {}, false, type_of<T>(), std::nullopt};
    auto from_nd = plan_conversion(flat, layout(name, 0, c0));
    ASSERT_TRUE(from_nd.ok()) << to_line(from_nd.error());
    EXPECT_EQ(from_nd->shape, reference.shape);
    ASSERT_TRUE(written(*from_nd, plain, random) == blocked);
  }
}

TEST(ConvertLayout, MatricesEqualTheFormulas) {
  check_matrices<uint8_t>(13);
  check_matrices<uint16_t>(14);
  check_matrices<uint32_t>(15);
  check_matrices<uint64_t>(16);
}

// A tensor of four bits and one of one bit give the bits of the same tensor in bytes.
TEST(ConvertLayout, PackedElements) {
  for (const auto& [dtype, bits, msb] :
       {std::tuple{DType::kInt4, 4U, false}, std::tuple{DType::kUInt1, 1U, true},
        std::tuple{DType::kInt2, 2U, false}}) {
    const Reference from{"NC1HWC0", {2, 21, 1, 3, 5}, 16};
    const Reference to{"NCHW", from.size};
    const Dims shape = test::reference_shape(from);
    const Dims origin = test::reference_shape(to);
    std::vector<uint8_t> codes(static_cast<size_t>(test::product(shape)));
    for (size_t i = 0; i < codes.size(); ++i) {
      codes[i] = static_cast<uint8_t>((i * 2654435761U >> 7) & ((1U << bits) - 1));
    }
    const tensor::PackedBits packing{bits, msb};
    const auto pack = [&](const std::vector<uint8_t>& values) {
      std::vector<uint8_t> packed((values.size() * packing.bits + 7) / 8);
      for (size_t i = 0; i < values.size(); ++i) packing.put(room_of(packed).data(), i, values[i]);
      return packed;
    };
    const auto source = pack(codes);
    const StoredShape stored{layout("NC1HWC0"), shape, layout("NCHW"), origin, true, dtype,
                             source.size()};
    const auto conversion = plan_conversion(stored, layout("NCHW"));
    ASSERT_TRUE(conversion.ok());
    std::vector<uint8_t> out(conversion->output_bytes());
    ASSERT_TRUE(conversion->write(bytes_of(source), 0, conversion->count(), room_of(out)));
    EXPECT_EQ(out, pack(test::reference_convert(from, to, codes)));
  }
  std::array<std::byte, 1> byte{std::byte{0x92}};
  EXPECT_EQ((tensor::PackedBits{1, true}.get(byte.data(), 0)), 1);
  EXPECT_EQ((tensor::PackedBits{1, true}.get(byte.data(), 7)), 0);
  EXPECT_EQ((tensor::PackedBits{4, false}.get(byte.data(), 0)), 2);
}

}  // namespace
}  // namespace omscope
