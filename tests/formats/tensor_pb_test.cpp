// ONNX tensors, sequences and optionals in files of their own; bytes without a header.

#include "omscope/formats/tensorfile/tensor_pb.h"

#include <gtest/gtest.h>
#include <onnx/onnx_pb.h>

#include "omscope/formats/onnx/onnx_reader.h"
#include "omscope/formats/tensorfile/raw.h"
#include "omscope/formats/wire/wire_writer.h"

#include "support/tensor_files.h"

namespace omscope {
namespace {

using test::has_problem;
using test::in_memory;
using test::problem_lines;
using test::values;
using Dims = std::vector<int64_t>;

::onnx::TensorProto tensor(const std::string& name, int dtype, const Dims& dims) {
  ::onnx::TensorProto proto;
  if (!name.empty()) proto.set_name(name);
  proto.set_data_type(dtype);
  for (const int64_t dim : dims) proto.add_dims(dim);
  return proto;
}

std::unique_ptr<ir::TensorFile> read(const std::string& bytes) {
  EXPECT_TRUE(tensorfile::looks_like_tensor_pb(as_bytes(bytes)));
  return tensorfile::read_tensor_pb(in_memory(bytes));
}

TEST(TensorPb, ShapesThatCannotBeAreErrors) {
  constexpr int64_t kHuge = int64_t{1} << 62;
  for (const Dims& dims : {Dims{kHuge, kHuge}, Dims{-1}, Dims{kHuge}}) {
    auto proto = tensor("x", ::onnx::TensorProto::FLOAT, dims);
    proto.set_raw_data(std::string(24, 'a'));
    const auto file = read(proto.SerializeAsString());
    EXPECT_TRUE(has_problem(*file, Severity::kError, Code::kBadValue)) << problem_lines(*file);
    ASSERT_EQ(file->tensors.size(), 1U);
    EXPECT_FALSE(file->tensors[0].has_shape);
    EXPECT_EQ(file->tensors[0].size, 24U);
  }
}

TEST(TensorPb, RawAndTypedData) {
  auto raw = tensor("x", ::onnx::TensorProto::FLOAT16, {2});
  raw.set_raw_data(std::string("\x00\x3c\x00\xc0", 4));
  const auto file = read(raw.SerializeAsString());
  ASSERT_EQ(file->tensors.size(), 1U) << problem_lines(*file);
  EXPECT_EQ(file->tensors[0].name, "x");
  EXPECT_EQ(values(file->tensors[0]), (std::vector<double>{1, -2}));
  EXPECT_EQ(file->file->offset_of(file->tensors[0].bytes.data()), file->tensors[0].offset);
  auto typed = tensor("", ::onnx::TensorProto::INT8, {3});
  for (const int number : {1, -1, 5}) typed.add_int32_data(number);
  const auto second = read(typed.SerializeAsString());
  EXPECT_EQ(second->tensors.at(0).name, "output:0");
  EXPECT_EQ(values(second->tensors[0]), (std::vector<double>{1, -1, 5}));
  EXPECT_TRUE(second->problems.list().empty()) << problem_lines(*second);
}

TEST(TensorPb, EmptyTensorsAndScalars) {
  const auto empty = read(tensor("e", ::onnx::TensorProto::FLOAT, {0}).SerializeAsString());
  EXPECT_EQ(empty->tensors.at(0).shape, Dims{0});
  EXPECT_EQ(empty->tensors[0].payload, ir::Payload::kComplete);
  auto scalar = tensor("s", ::onnx::TensorProto::DOUBLE, {});
  scalar.add_double_data(2.5);
  EXPECT_EQ(values(read(scalar.SerializeAsString())->tensors.at(0)), std::vector<double>{2.5});
}

/// SequenceProto and OptionalProto are not among the classes of every release of ONNX.
std::string container(const std::string& name, uint64_t type,
                      const std::vector<std::pair<uint32_t, std::string>>& values) {
  wire::Writer writer;
  writer.bytes(1, name);
  writer.varint(2, type);
  for (const auto& [field, value] : values) writer.bytes(field, value);
  return writer.finish();
}

TEST(TensorPb, SequencesAndOptionals) {
  auto item = tensor("", ::onnx::TensorProto::FLOAT, {1});
  item.add_float_data(4);
  const std::string bytes = item.SerializeAsString();
  const auto sequence = read(container("seq", 1, {{3, bytes}, {3, bytes}}));
  ASSERT_EQ(sequence->tensors.size(), 2U) << problem_lines(*sequence);
  EXPECT_EQ(sequence->tensors[1].name, "seq.1");
  EXPECT_EQ(values(sequence->tensors[1]), std::vector<double>{4});
  const auto nested = read(container("o", 3, {{5, container("in", 1, {{3, bytes}})}}));
  ASSERT_EQ(nested->tensors.size(), 1U);
  EXPECT_EQ(nested->tensors[0].name, "in.0");
  EXPECT_TRUE(read(container("none", 1, {}))->tensors.empty());
}

TEST(TensorPb, CutTensorsAreMarked) {
  auto raw = tensor("x", ::onnx::TensorProto::FLOAT, {4});
  raw.set_raw_data(std::string(16, 'a'));
  std::string bytes = raw.SerializeAsString();
  bytes.resize(bytes.size() - 5);
  const auto file = read(bytes);
  ASSERT_EQ(file->tensors.size(), 1U);
  EXPECT_EQ(file->tensors[0].payload, ir::Payload::kCut);
  EXPECT_TRUE(file->problems.has_error());
}

TEST(TensorPb, WhatHasNoDataAndWhatIsElsewhere) {
  EXPECT_EQ(
      read(tensor("x", ::onnx::TensorProto::FLOAT, {4}).SerializeAsString())->tensors.at(0).payload,
      ir::Payload::kNotWritten);
  auto external = tensor("x", ::onnx::TensorProto::FLOAT, {4});
  external.set_data_location(::onnx::TensorProto::EXTERNAL);
  auto& entry = *external.add_external_data();
  entry.set_key("location");
  entry.set_value("/etc/passwd");
  const auto file = read(external.SerializeAsString());
  EXPECT_EQ(file->tensors.at(0).payload, ir::Payload::kElsewhere);
  EXPECT_TRUE(file->tensors[0].bytes.empty());
}

TEST(TensorPb, ModelsAndTextsAreNone) {
  ::onnx::ModelProto model;
  model.set_ir_version(8);
  model.add_opset_import()->set_version(13);
  model.mutable_graph()->set_name("g");
  EXPECT_FALSE(tensorfile::looks_like_tensor_pb(as_bytes(model.SerializeAsString())));
  EXPECT_FALSE(tensorfile::looks_like_tensor_pb(as_bytes("Input/Output,Index\n")));
  EXPECT_FALSE(tensorfile::looks_like_tensor_pb({}));
}

TEST(Raw, Specifications) {
  const auto spec = tensorfile::parse_raw_spec("float16:1x16,2,2,16:NC1HWC0");
  ASSERT_TRUE(spec);
  EXPECT_EQ(spec->dtype, DType::kFloat16);
  EXPECT_EQ(spec->shape, (Dims{1, 16, 2, 2, 16}));
  EXPECT_EQ(spec->format.base, "NC1HWC0");
  const auto groups = tensorfile::parse_raw_spec("int8:4,4:FRACTAL_Z:2");
  ASSERT_TRUE(groups);
  EXPECT_EQ(groups->format.groups, 2);
  EXPECT_TRUE(tensorfile::parse_raw_spec("float32:")->shape.empty());
  for (const char* wrong : {"float32", "float33:1", "float32:a", "float32:-1,-1", "float32:-2",
                            "float32:1:NOPE", "string:1", ""}) {
    EXPECT_FALSE(tensorfile::parse_raw_spec(wrong)) << wrong;
  }
}

std::unique_ptr<ir::TensorFile> read_as(const char* spec, std::string_view bytes) {
  return tensorfile::read_raw(in_memory(bytes), *tensorfile::parse_raw_spec(spec));
}

TEST(Raw, BytesAsDescribed) {
  EXPECT_EQ(values(read_as("int16:2,1", std::string_view("\x01\x00\xff\xff", 4))->tensors.at(0)),
            (std::vector<double>{1, -1}));
  EXPECT_EQ(read_as("uint8:2,-1", "abcdef")->tensors.at(0).shape, (Dims{2, 3}));
  EXPECT_EQ(read_as("int4:3", "ab")->tensors.at(0).size, 2U);
  const auto longer = read_as("uint8:2", "abc");
  EXPECT_TRUE(has_problem(*longer, Severity::kWarning, Code::kUnexplainedBytes));
  const auto shorter = read_as("float32:2", "abc");
  EXPECT_EQ(shorter->tensors.at(0).payload, ir::Payload::kCut);
  EXPECT_TRUE(has_problem(*read_as("uint64:9999999999,9999999999", "abc"), Severity::kError,
                          Code::kBadCount));
}

}  // namespace
}  // namespace omscope
