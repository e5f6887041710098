// Dumps of every kind, cut, flipped and mutated; and headers that claim more than any file holds.

#include <ctime>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "omscope/formats/dump/read_dump.h"
#include "omscope/formats/dump/recognise.h"
#include "omscope/formats/wire/wire_writer.h"

#include "damage/mutations.h"
#include "damage/reading.h"
#include "make_samples/om_builder.h"
#include "support/dump_samples.h"
#include "support/memory_meter.h"

namespace omscope {
namespace {

test::Reading measured(std::string_view content) {
  test::Reading reading;
  const test::MemoryMeter meter;
  const std::clock_t start = std::clock();
  reading.ops = test::read_dump_everything(content);
  reading.seconds = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
  reading.peak_memory = meter.peak();
  return reading;
}

class DamagedDump : public testing::TestWithParam<std::pair<std::string, std::string>> {
 protected:
  const std::string& content() const { return GetParam().second; }
};

TEST_P(DamagedDump, IsSoundToBeginWith) {
  const auto file = dump::read_any(FileBytes::from_memory("test.dump", content()));
  EXPECT_NE(file->kind, Kind::kUnknown);
  EXPECT_FALSE(file->problems.has_error()) << to_line(file->problems.list().front());
  EXPECT_FALSE(file->tensors.empty());
}

TEST_P(DamagedDump, SurvivesCuts) {
  for (size_t length = 0; length < content().size(); ++length) {
    SCOPED_TRACE(fmt::format("cut to {} of {} bytes", length, content().size()));
    test::expect_bounded(measured(std::string_view(content()).substr(0, length)), length);
    if (HasFailure()) return;
  }
}

TEST_P(DamagedDump, SurvivesFlips) {
  std::string copy = content();
  for (size_t at = 0; at < std::min<size_t>(copy.size(), 1024); ++at) {
    SCOPED_TRACE(fmt::format("byte {:#x} flipped", at));
    copy[at] = static_cast<char>(~copy[at]);
    test::expect_bounded(measured(copy), copy.size());
    copy[at] = content()[at];
    if (HasFailure()) return;
  }
}

TEST_P(DamagedDump, SurvivesMutations) {
  std::mt19937_64 random(content().size());
  const int count = test::long_tests() ? 20000 : 1000;
  for (int i = 0; i < count; ++i) {
    SCOPED_TRACE(fmt::format("mutant {}", i));
    const std::string mutant = test::mutated(content(), {{0, 256}}, random);
    test::expect_bounded(measured(mutant), mutant.size());
    if (HasFailure()) return;
  }
}

INSTANTIATE_TEST_SUITE_P(Samples, DamagedDump, testing::ValuesIn(test::dump_samples()),
                         [](const auto& each) { return each.param.first; });

std::string with_length(const std::string& header) {
  return samples::u64(header.size()) + header;
}

std::string repeated(uint32_t field, const std::string& message, size_t times) {
  wire::Writer writer;
  writer.bytes(1, "2.0");
  for (size_t i = 0; i < times; ++i) writer.bytes(field, message);
  return writer.finish();
}

void expect_refused(const std::string& content) {
  test::expect_bounded(measured(content), content.size());
  const auto file = dump::read_any(FileBytes::from_memory("test.dump", content));
  EXPECT_TRUE(file->problems.has_error());
}

TEST(DumpBombs, MillionsOfEmptyTensors) {
  for (const uint32_t field : {3U, 4U, 5U, 8U}) {
    SCOPED_TRACE(field);
    expect_refused(with_length(repeated(field, "", 1000000)));
  }
}

TEST(DumpBombs, MillionsOfAttributes) {
  const std::string content = with_length(repeated(7, "", 1000000));
  test::expect_bounded(measured(content), content.size());
}

TEST(DumpBombs, MillionsOfDims) {
  wire::Writer shape;
  shape.bytes(1, std::string(size_t{1} << 22, '\1'));
  wire::Writer tensor;
  tensor.bytes(3, shape.finish());
  expect_refused(with_length(repeated(3, tensor.finish(), 1)));
}

TEST(DumpBombs, SizesBeyondAnyFile) {
  for (const uint64_t size : {uint64_t{1} << 63U, UINT64_MAX, uint64_t{1} << 40U}) {
    wire::Writer tensor;
    tensor.varint(1, 1);
    tensor.varint(6, size);
    expect_refused(with_length(repeated(3, tensor.finish(), 3)));
  }
}

TEST(DumpBombs, ThousandsOfTinyDumpsInOneFile) {
  std::string content;
  for (int i = 0; i < 100000; ++i) content += with_length(repeated(3, "", 0));
  test::expect_bounded(measured(content), content.size());
}

TEST(DumpBombs, CoreSectionsThatShareTheirBytes) {
  constexpr size_t kSections = 8000;
  std::string content =
      "\x7f"
      "ELF"
      "\x02\x01\x01";
  content.resize(16);
  content += samples::u32(0x10290004) + samples::u32(1) + samples::u64(0) + samples::u64(0) +
             samples::u64(64) + samples::u32(0) + samples::u32(64) + samples::u32(64U << 16U) +
             samples::u32(kSections);
  const uint64_t size = 64 + 64 * kSections;
  for (size_t i = 0; i < kSections; ++i) {
    const uint32_t type = 0x80000000U + 3 + i % 8;
    content += samples::u32(0) + samples::u32(type) + samples::u64(0) + samples::u64(0) +
               samples::u64(0) + samples::u64(size) + samples::u64(0) + samples::u64(0) +
               samples::u64(32);
  }
  expect_refused(content);
}

TEST(DumpBombs, PrintsThatSearchTheSameTextAgain) {
  std::string format(size_t{1} << 18U, '%');
  for (size_t i = 0; i + 3 < format.size(); i += 4) format.replace(i, 4, "%.0s");
  const std::string value = samples::u64(8) + format;
  const std::string record = samples::u32(1) +
                             samples::u32(static_cast<uint32_t>(8 + value.size())) +
                             samples::u64(0) + value;
  std::string content = samples::u32(0x100000) + samples::u32(0) + samples::u32(1) +
                        samples::u32(0) + samples::u32(0xAE86);
  content.resize(56);
  for (int i = 0; i < 8; ++i) content += record;
  test::expect_bounded(measured(content), content.size());
}

}  // namespace
}  // namespace omscope
