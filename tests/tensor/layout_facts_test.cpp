// What other converters get wrong, and what cannot be converted.

#include <gtest/gtest.h>

#include "omscope/tensor/convert_layout.h"

#include "tensor/layout_reference.h"

namespace omscope {
namespace {

using tensor::StoredShape;
using test::Point;
using test::Reference;
using Dims = std::vector<int64_t>;
using Halves = std::vector<uint16_t>;

template <class T>
ByteView bytes_of(const std::vector<T>& values) {
  return {reinterpret_cast<const std::byte*>(values.data()), values.size() * sizeof(T)};
}

/// The elements of `from` in `to`, without a stated origin format unless `origin` is given.
struct Converted {
  Dims shape;
  Halves elements;
  std::vector<std::string> notes;
  std::string problem;
};

Converted convert(const StoredShape& from, const Halves& source, std::string_view wanted) {
  const auto conversion = plan_conversion(from, layout_from_text(wanted));
  if (!conversion) return {{}, {}, {}, to_line(conversion.error())};
  Halves out(conversion->count());
  EXPECT_TRUE(conversion->write_all(bytes_of(source),
                                    {reinterpret_cast<std::byte*>(out.data()), out.size() * 2}));
  return {conversion->shape, out, conversion->notes, {}};
}

Halves counted(int64_t count) {
  Halves values(static_cast<size_t>(count));
  for (size_t i = 0; i < values.size(); ++i) values[i] = static_cast<uint16_t>(i + 1);
  return values;
}

StoredShape halves(std::string_view layout, const Dims& shape, const Dims& origin_shape,
                   std::string_view origin = {}) {
  return {layout_from_text(layout), shape,       layout_from_text(origin), origin_shape, true,
          DType::kFloat16,          std::nullopt};
}

void expect_conversion(const Reference& from, const Dims& origin_shape, const std::string& origin,
                       const std::string& wanted) {
  SCOPED_TRACE(from.layout + " of " + origin + " to " + wanted);
  const Dims shape = test::reference_shape(from);
  const Halves source = counted(test::product(shape));
  const Reference to{wanted, from.size};
  const Converted out = convert(halves(from.layout, shape, origin_shape, origin), source, wanted);
  EXPECT_EQ(out.problem, "");
  EXPECT_EQ(out.shape, test::reference_shape(to));
  EXPECT_EQ(out.elements, test::reference_convert(from, to, source));
}

// The padding belongs to the logical axes, whatever order the result has.
TEST(LayoutFacts, PaddingGoesBeforeThePermutation) {
  const Reference blocked{"NC1HWC0", {2, 35, 1, 3, 4}};
  for (const char* wanted : {"HWCN", "NHWC", "NCHW", "CHWN"}) {
    expect_conversion(blocked, {2, 35, 3, 4}, "", wanted);
    expect_conversion(blocked, {2, 35, 3, 4}, "NCHW", wanted);
  }
  expect_conversion({"NC1HWC0", {2, 3, 1, 3, 4}}, {2, 3, 4, 3}, "NHWC", "NCHW");
  expect_conversion({"NCHW", {2, 3, 1, 4, 5}}, {2, 3, 4, 5}, "NCHW", "NHWC");
  expect_conversion({"NHWC", {2, 3, 1, 4, 5}}, {2, 4, 5, 3}, "NHWC", "HWCN");
}

// Groups of a plain layout say nothing about its elements.
TEST(LayoutFacts, GroupsDoNotStopConversions) {
  const Reference weight{"FRACTAL_Z", {8, 3, 1, 3, 2}, 16, 2};
  const Dims shape = test::reference_shape(weight);
  const Halves source = counted(test::product(shape));
  for (const char* wanted : {"NCHW", "HWCN"}) {
    const Converted out = convert(halves("FRACTAL_Z:2", shape, {8, 3, 3, 2}), source, wanted);
    EXPECT_EQ(out.problem, "");
    EXPECT_EQ(out.elements, test::reference_convert(weight, {wanted, weight.size}, source));
  }
  const Reference plain{"NCHW", {8, 3, 1, 3, 2}};
  const Dims plain_shape = test::reference_shape(plain);
  const Halves elements = counted(test::product(plain_shape));
  const Converted out = convert(halves("NCHW:2", plain_shape, plain_shape), elements, "NHWC");
  EXPECT_EQ(out.elements, test::reference_convert(plain, {"NHWC", plain.size}, elements));
}

// Up to C0 - 1 columns and 15 rows of padding, and the batch dims stay.
TEST(LayoutFacts, FractalNzWithMuchPaddingAndBatches) {
  for (const Dims& dims : {Dims{2, 3, 33, 17}, Dims{1, 1}, Dims{17, 65}}) {
    const auto reference = test::matrix_reference(true, dims, 32);
    std::vector<uint8_t> blocked(static_cast<size_t>(test::product(reference.shape)));
    std::vector<uint8_t> plain;
    for (const int64_t place : reference.places) {
      plain.push_back(static_cast<uint8_t>(plain.size() * 3 + 1));
      blocked[static_cast<size_t>(place)] = plain.back();
    }
    const StoredShape stored{layout_from_text("FRACTAL_NZ"),
                             reference.shape,
                             {},
                             dims,
                             true,
                             DType::kInt8,
                             blocked.size()};
    const auto conversion = plan_conversion(stored, layout_from_text("ND"));
    ASSERT_TRUE(conversion.ok()) << to_line(conversion.error());
    EXPECT_EQ(conversion->shape, dims);
    std::vector<uint8_t> out(plain.size());
    ASSERT_TRUE(conversion->write_all(bytes_of(blocked),
                                      {reinterpret_cast<std::byte*>(out.data()), out.size()}));
    EXPECT_EQ(out, plain);
  }
}

TEST(LayoutFacts, FractalZFromAnyOriginToHwcn) {
  const Reference weight{"FRACTAL_Z", {18, 35, 1, 3, 2}};
  expect_conversion(weight, {18, 35, 3, 2}, "NCHW", "HWCN");
  expect_conversion(weight, {18, 35, 3, 2}, "", "HWCN");
  expect_conversion(weight, {3, 2, 35, 18}, "HWCN", "NCHW");
}

// Each group has its own place on the diagonal; blocks follow the element type.
TEST(LayoutFacts, GroupsGoWhereTheFormulaSays) {
  const Reference plain{"HWCN", {12, 5, 1, 3, 2}};
  const Dims shape = test::reference_shape(plain);
  const Halves source = counted(test::product(shape));
  const Converted out = convert(halves("HWCN", shape, shape, "HWCN"), source, "FRACTAL_Z:6");
  const Reference grouped{"FRACTAL_Z", plain.size, 16, 6};
  EXPECT_EQ(out.shape, test::reference_shape(grouped));
  EXPECT_EQ(out.elements, test::reference_convert(plain, grouped, source));

  const StoredShape bytes{layout_from_text("HWCN"),
                          shape,
                          layout_from_text("HWCN"),
                          shape,
                          true,
                          DType::kInt8,
                          std::nullopt};
  const auto narrow = plan_conversion(bytes, layout_from_text("FRACTAL_Z:6"));
  ASSERT_TRUE(narrow.ok());
  EXPECT_EQ(narrow->shape, test::reference_shape({"FRACTAL_Z", plain.size, 32, 6}));
}

// Graph Engine reports the grouped shape of weights that it did not regroup.
TEST(LayoutFacts, PayloadOfAnotherSizeIsUngrouped) {
  const Point size{32, 24, 1, 1, 1};
  const Reference whole{"FRACTAL_Z", size, 16, 1};
  const Dims stated = test::reference_shape({"FRACTAL_Z", size, 16, 4});
  const Halves source = counted(test::product(test::reference_shape(whole)));
  ASSERT_NE(test::product(stated), static_cast<int64_t>(source.size()));
  const Dims origin = {32, 24, 1, 1};
  StoredShape stored = halves("FRACTAL_Z:4", stated, origin, "NCHW");
  stored.bytes = source.size() * 2;
  const Converted out = convert(stored, source, "NCHW");
  EXPECT_EQ(out.problem, "");
  EXPECT_EQ(out.elements, test::reference_convert(whole, {"NCHW", size}, source));
  ASSERT_EQ(out.notes.size(), 1U);
  EXPECT_NE(out.notes[0].find("without groups"), std::string::npos) << out.notes[0];
}

TEST(LayoutFacts, FewerDimsThanTheLayout) {
  expect_conversion({"NC1HWC0", {1, 40, 1, 1, 1}}, {40}, "NCHW", "NCHW");
  expect_conversion({"FRACTAL_Z", {20, 40, 1, 1, 1}}, {40, 20}, "", "CN");
  expect_conversion({"FRACTAL_Z", {20, 40, 1, 1, 1}}, {40, 20}, "", "NCHW");
}

TEST(LayoutFacts, WithoutOriginShapeThePaddingStays) {
  const Dims shape = {2, 3, 3, 4, 16};
  StoredShape stored = halves("NC1HWC0", shape, {});
  stored.has_origin_shape = false;
  const Converted out = convert(stored, counted(test::product(shape)), "NCHW");
  EXPECT_EQ(out.shape, (Dims{2, 48, 3, 4}));
  ASSERT_EQ(out.notes.size(), 1U);
  EXPECT_NE(out.notes[0].find("padding"), std::string::npos);
}

TEST(LayoutFacts, ProblemsSayWhatIsMissing) {
  const auto problem = [](const StoredShape& from, std::string_view wanted) {
    return convert(from, {}, wanted).problem;
  };
  const Dims device = {18, 2, 16, 16};
  const Dims image = {2, 3, 4, 5};
  StoredShape no_origin = halves("FRACTAL_Z", device, {});
  no_origin.has_origin_shape = false;
  EXPECT_NE(problem(no_origin, "NCHW").find("origin shape"), std::string::npos);
  EXPECT_NE(problem(halves("FRACTAL_Z", device, {18, 9, 3, 2}), "NCHW").find("does not become"),
            std::string::npos);
  EXPECT_NE(problem(halves("ND", image, image), "NC1HWC0").find("origin format"),
            std::string::npos);
  EXPECT_NE(problem(halves("", image, image), "NCHW").find("format"), std::string::npos);
  EXPECT_NE(problem(halves("NYUV", image, image), "NCHW").find("NYUV"), std::string::npos);
  EXPECT_NE(problem(halves("NCHW", image, image), "MD").find("MD"), std::string::npos);
  EXPECT_NE(problem(halves("NCHW", {2, 3}, image), "NHWC").find("4 dims"), std::string::npos);
  EXPECT_NE(problem(halves("NCHW", {2, -1, 4, 5}, image), "NHWC").find("not known"),
            std::string::npos);
  const int64_t huge = int64_t{1} << 40;
  EXPECT_NE(problem(halves("NCHW", {huge, huge, 4, 5}, image), "NHWC"), "");
  StoredShape cut = halves("NCHW", image, image);
  cut.bytes = 239;
  EXPECT_NE(problem(cut, "NHWC").find("240 bytes"), std::string::npos);
  cut.dtype = DType::kString;
  EXPECT_NE(problem(cut, "NHWC").find("dtype"), std::string::npos);
}

TEST(LayoutFacts, RangesOutsideAreRefused) {
  const Dims shape = {2, 3, 4, 5};
  const Halves source = counted(120);
  const auto conversion = plan_conversion(halves("NCHW", shape, shape), layout_from_text("NHWC"));
  ASSERT_TRUE(conversion.ok());
  std::vector<std::byte> out(240);
  EXPECT_TRUE(conversion->write(bytes_of(source), 119, 1, out));
  EXPECT_FALSE(conversion->write(bytes_of(source), 120, 1, out));
  EXPECT_FALSE(conversion->write(bytes_of(source), 1, ~uint64_t{0}, out));
  EXPECT_FALSE(conversion->write(bytes_of(source).first(239), 0, 1, out));
  EXPECT_FALSE(conversion->write(bytes_of(source), 0, 120, std::span(out).first(239)));
}

TEST(LayoutFacts, NothingToDoIsSaid) {
  const Dims shape = {2, 3, 4, 5};
  EXPECT_TRUE(
      plan_conversion(halves("NCHW", shape, shape), layout_from_text("NCHW"))->is_plain_copy());
  EXPECT_TRUE(
      plan_conversion(halves("ND", shape, shape), layout_from_text("NCHW"))->is_plain_copy());
  EXPECT_FALSE(
      plan_conversion(halves("NCHW", shape, shape), layout_from_text("NHWC"))->is_plain_copy());
}

TEST(LayoutFacts, EmptyTensors) {
  const Dims shape = {2, 0, 4, 5};
  for (const char* wanted : {"NHWC", "NC1HWC0", "FRACTAL_Z", "FRACTAL_Z:2", "C1HWNCoC0"}) {
    const auto conversion = plan_conversion(halves("NCHW", shape, shape), layout_from_text(wanted));
    ASSERT_TRUE(conversion.ok()) << wanted << to_line(conversion.error());
    EXPECT_EQ(conversion->count(), 0U) << wanted;
    EXPECT_TRUE(conversion->write_all({}, {}));
  }
}

}  // namespace
}  // namespace omscope
