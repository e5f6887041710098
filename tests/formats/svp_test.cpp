// SVP models ("PICO").

#include <gtest/gtest.h>

#include "omscope/formats/wire/wire_writer.h"

#include "make_samples/om_builder.h"
#include "support/files.h"

namespace omscope {
namespace {

using samples::u32;
using test::has_problem;
using test::problem_lines;
using test::read;

std::string u16(uint32_t value) {
  return u32(value).substr(0, 2);
}

/// A record of bytes with an 8-bit or 16-bit length.
std::string bytes8(uint32_t id, const std::string& value) {
  return u16(id | 4U << 13U) + std::string(1, static_cast<char>(value.size())) + value;
}
std::string bytes16(uint32_t id, const std::string& value) {
  return u16(id | 5U << 13U) + u16(static_cast<uint32_t>(value.size())) + value;
}
std::string number16(uint32_t id, uint32_t value) {
  return u16(id | 2U << 13U) + u16(value);
}

std::string text(const std::string& value) {
  return value + std::string(1, '\0');
}

std::string description(bool with_layers) {
  const std::string in = number16(0x51, 0) + bytes8(0x58, text("image")) +
                         bytes8(0x5A, u32(1) + u32(3) + u32(200) + u32(150));
  const std::string out = bytes8(0x66, text("result")) + bytes8(0x69, u32(1) + u32(10));
  std::string all = bytes8(0x06, "Mapper 1.1") + bytes8(0x0D, text("net")) +
                    bytes16(0x40, bytes16(0x50, in) + bytes16(0x60, out));
  if (!with_layers) return all;
  const auto layer = [](uint32_t id, const std::string& name, const std::string& from) {
    return bytes16(0x111, number16(0x112, id) + bytes8(0x114, text(name)) +
                              bytes8(0x152, text("Conv")) + bytes16(0x13C, text(from)) +
                              bytes8(0x154, u32(1) + u32(8)));
  };
  return all + number16(0x110, 2) + layer(0, "first", "") + layer(1, "second", "first:0");
}

/// One convolution with a filter, fed by a preprocess layer.
std::string tfm() {
  wire::Writer model;
  model.open(4);
  model.bytes(1, "main");
  model.open(4);
  model.bytes(1, "image");
  model.bytes(2, "preprocess");
  model.bytes(5, std::string(1, '\0'));
  model.close();
  model.open(4);
  model.bytes(1, "conv");
  model.bytes(2, "convolution");
  model.varint(3, 1);
  model.bytes(4, std::string(1, '\0'));
  model.bytes(5, "\1");
  model.open(300);
  model.open(40);
  model.open(3);
  model.bytes(1, "\2\2");
  model.close();
  model.bytes(4, "abcd");
  model.close();
  model.close();
  model.close();
  model.open(5);
  model.varint(2, 0);
  model.bytes(7, "\1\3");
  model.close();
  return model.finish();
}

std::string pico(const std::string& model, const std::string& section) {
  const std::string param(40, 'p');
  const auto tfm_offset = static_cast<uint32_t>(32 + param.size() + model.size());
  return "PICO" + u32(40) + u32(tfm_offset + static_cast<uint32_t>(section.size())) + u32(40) +
         u32(32) + u32(4096) + u32(tfm_offset) + u32(static_cast<uint32_t>(section.size())) +
         param + model + section;
}

TEST(Svp, InterfaceOfAReleaseBuild) {
  const std::string file = pico(description(false), "");
  const auto result = read(file);
  EXPECT_EQ(result.model->kind, Kind::kOmSvp);
  EXPECT_EQ(result.model->info.name, "net");
  ASSERT_EQ(result.model->inputs.size(), 1U);
  EXPECT_EQ(result.model->inputs[0].name, "image");
  EXPECT_EQ(result.model->inputs[0].shape[2], 200) << "lengths and numbers are unsigned";
  EXPECT_EQ(result.model->outputs.at(0).name, "result");
  EXPECT_EQ(result.model->account.accounted, file.size());
  EXPECT_TRUE(has_problem(*result.model, Severity::kInfo, Code::kUndocumented))
      << "it says that there are no layers to show";
}

TEST(Svp, LayerRecordsAreTheGraph) {
  const auto result = read(pico(description(true), tfm()));
  ASSERT_EQ(result.model->graphs.size(), 1U);
  const ir::Graph& graph = result.model->graphs[0];
  ASSERT_EQ(graph.ops.size(), 2U);
  EXPECT_EQ(graph.ops[1].inputs[0].source, "first");
  EXPECT_EQ(graph.ops[1].inputs[0].source_op, 0U);
  EXPECT_EQ(result.model->weights.size(), 1U) << "constants are those of tfm";
}

TEST(Svp, TfmIsTheGraphWhereThereAreNoLayers) {
  const auto result = read(pico(description(false), tfm()));
  EXPECT_FALSE(result.model->problems.has_error()) << problem_lines(*result.model);
  ASSERT_EQ(result.model->graphs.size(), 1U);
  const ir::Graph& graph = result.model->graphs[0];
  EXPECT_EQ(graph.name, "main");
  ASSERT_EQ(graph.ops.size(), 2U);
  EXPECT_EQ(graph.ops[1].inputs[0].source, "image");
  EXPECT_EQ(graph.ops[1].inputs[0].type->shape[1], 3);
  const ir::Tensor& filter = *result.model->weights.at(0).tensor;
  EXPECT_EQ(filter.type.dtype, DType::kInt8);
  EXPECT_EQ(filter.type.shape.size(), 2U);
  EXPECT_EQ(as_text(filter.bytes), "abcd");
}

TEST(Svp, DamagedRecordsKeepWhatStoodBefore) {
  const std::string model = description(true);
  for (size_t size = 0; size < model.size(); ++size) {
    const auto result = read(pico(model.substr(0, size), ""));
    EXPECT_EQ(result.model->kind, Kind::kOmSvp);
  }
  const auto bad_kind = read(pico(description(false) + u16(7U << 13U), ""));
  EXPECT_TRUE(has_problem(*bad_kind.model, Severity::kError, Code::kBadTlv));
  EXPECT_EQ(bad_kind.model->inputs.size(), 1U);
}

}  // namespace
}  // namespace omscope
