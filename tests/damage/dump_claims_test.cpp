// Small files that announce more tensors, dims or bytes than any machine holds: refused at once.

#include <chrono>

#include <gtest/gtest.h>

#include "omscope/formats/dump/read_dump.h"
#include "omscope/formats/dump/recognise.h"
#include "omscope/formats/tensorfile/npy.h"
#include "omscope/formats/tensorfile/npy_writer.h"
#include "omscope/formats/tensorfile/tensor_pb.h"
#include "omscope/formats/wire/wire_writer.h"

#include "make_samples/dump_builder.h"
#include "make_samples/om_builder.h"
#include "support/memory_meter.h"

namespace omscope {
namespace {

using samples::u32;
using samples::u64;

constexpr uint64_t kMost = uint64_t{1} << 20U;

template <class Read>
void expect_refused_at_once(std::string_view content, Read read) {
  const auto file = FileBytes::from_memory("test.dump", content);
  const test::MemoryMeter meter;
  const auto start = std::chrono::steady_clock::now();
  const auto seen = read(file);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  EXPECT_TRUE(seen->problems.has_error());
  EXPECT_LT(took.count(), 0.5);
  EXPECT_LT(meter.peak(), kMost);
  for (const ir::StoredTensor& tensor : seen->tensors) {
    EXPECT_LE(tensor.bytes.size(), content.size());
    const auto elements = tensor.has_shape ? ir::element_count(tensor.shape) : 0;
    EXPECT_TRUE(tensor.payload != ir::Payload::kComplete || elements <= tensor.bytes.size());
  }
}

void expect_dump_refused(const std::string& content) {
  expect_refused_at_once(content, [](const auto& file) { return dump::read_any(file); });
}

std::string with_length(const std::string& header) {
  return u64(header.size()) + header;
}

/// A message that ends inside of a field of `length` bytes.
std::string cut_field(uint32_t field, uint64_t length) {
  std::string bytes(1, static_cast<char>((field << 3U) | 2U));
  for (; length >= 0x80; length >>= 7U) bytes += static_cast<char>((length & 0x7FU) | 0x80U);
  return bytes + static_cast<char>(length);
}

TEST(DumpClaims, BytesOfAPayload) {
  for (const uint64_t size : {uint64_t{1} << 63U, (uint64_t{1} << 63U) - 1, UINT64_MAX}) {
    wire::Writer tensor;
    tensor.varint(1, 1);
    tensor.varint(6, size);
    wire::Writer header;
    header.bytes(1, "2.0");
    header.bytes(3, tensor.finish());
    expect_dump_refused(with_length(header.finish()));
  }
}

TEST(DumpClaims, BytesOfAHeader) {
  for (const uint64_t size : {uint64_t{1} << 63U, UINT64_MAX, uint64_t{1} << 31U}) {
    const auto file = FileBytes::from_memory("test.dump", u64(size) +
                                                              "\n\x03"
                                                              "2.0");
    const auto seen = dump::read_any(file);
    EXPECT_TRUE(seen == nullptr || seen->tensors.empty());
  }
}

TEST(DumpClaims, DimsOfAShape) {
  for (const uint64_t dims : {uint64_t{1} << 31U, uint64_t{1} << 62U, UINT64_MAX}) {
    wire::Writer tensor;
    tensor.varint(1, 1);
    std::string cut = tensor.finish();
    cut += cut_field(3, dims);
    cut += cut_field(1, dims);
    wire::Writer header;
    header.bytes(1, "2.0");
    header.bytes(3, cut);
    expect_dump_refused(with_length(header.finish()));
  }
}

TEST(DumpClaims, ValuesOfDims) {
  samples::DumpTensor tensor = samples::float_tensor({1});
  tensor.shape = {uint64_t{1} << 31U, uint64_t{1} << 31U, 4};
  expect_dump_refused(samples::DumpBuilder("x").output(tensor).build());
}

TEST(DumpClaims, TensorsOfANanoDump) {
  for (const uint32_t tag : {4U, 5U}) {
    const std::string head =
        u32(0x5A5A5A5A) + u32(1) + u32(tag) + u32(44) + u32(1000000000) + std::string(40, '\0');
    expect_dump_refused(with_length(head));
  }
}

TEST(DumpClaims, RecordsOfAStatisticsPacket) {
  std::string packet = samples::raw_stats();
  packet.replace(0, 4, u32(1000000000));
  const auto seen = dump::read_any(FileBytes::from_memory("test.bin", packet));
  EXPECT_TRUE(seen == nullptr || seen->tensors.size() <= 10);
}

TEST(DumpClaims, SectionsOfACoreFile) {
  std::string core =
      "\x7f"
      "ELF"
      "\x02\x01\x01";
  core.resize(16);
  core += u32(0x10290004) + u32(1) + u64(0) + u64(0) + u64(uint64_t{1} << 63U) + u32(0) + u32(64) +
          u32(64U << 16U) + u32(0xFFFE);
  expect_dump_refused(core);
}

TEST(DumpClaims, ShapesOfArrays) {
  const std::vector<int64_t> shape = {int64_t{1} << 31, int64_t{1} << 31};
  expect_refused_at_once(tensorfile::npy_header("<f4", shape),
                         [](const auto& file) { return tensorfile::read_npy(file); });
  std::string many = "(";
  for (int i = 0; i < 10000; ++i) many += "1,";
  std::string header = "{'descr': '<f4', 'fortran_order': False, 'shape': " + many + "), }\n";
  expect_refused_at_once(
      "\x93NUMPY" + std::string("\x02\x00", 2) + u32(static_cast<uint32_t>(header.size())) + header,
      [](const auto& file) { return tensorfile::read_npy(file); });
}

}  // namespace
}  // namespace omscope
