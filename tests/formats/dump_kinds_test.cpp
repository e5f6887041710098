// The other kinds of dumps: nano, overflow records, core files, kernel data, ATB, statistics,
// slices of threads.

#include <algorithm>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "omscope/formats/dump/core_registers.h"
#include "omscope/formats/dump/ffts.h"
#include "omscope/formats/dump/overflow.h"
#include "omscope/formats/dump/printf_text.h"
#include "omscope/formats/dump/recognise.h"

#include "make_samples/core_builder.h"
#include "make_samples/dump_builder.h"

namespace omscope {
namespace {

using samples::DumpBuilder;
using samples::DumpTensor;
using samples::float_tensor;

std::unique_ptr<ir::TensorFile> read(std::string_view content) {
  return dump::read_any(FileBytes::from_memory("test.dump", content));
}

TEST(NanoDump, UsesTheOtherNumberingAndEndsWithItsPayloads) {
  DumpTensor tensor{.dtype = 1, .format = 1, .shape = {2}, .payload = "abcd", .origin_shape = {2}};
  DumpTensor output = tensor;
  output.origin_op = "concat";
  const std::string content = samples::nano_dump({tensor, tensor}, {output});
  const auto file = read(content);
  EXPECT_EQ(file->kind, Kind::kDumpNano);
  EXPECT_TRUE(file->problems.list().empty());
  ASSERT_EQ(file->tensors.size(), 3U);
  EXPECT_EQ(file->tensors[1].name, "input:1");
  EXPECT_EQ(file->tensors[2].name, "output:0");
  EXPECT_EQ(file->tensors[2].dtype, DType::kFloat16);
  EXPECT_EQ(file->tensors[2].format.base, "NHWC");
  EXPECT_EQ(file->tensors[2].origin_op, "concat");
  EXPECT_EQ(file->tensors[2].origin_shape, std::vector<int64_t>{2});
  EXPECT_EQ(file->tensors[2].note, "nano input/output");
  EXPECT_EQ(as_text(file->tensors[2].bytes), "abcd");
  EXPECT_TRUE(read(content + "x")->problems.has_error());
  EXPECT_TRUE(read(content.substr(0, content.size() - 1))->problems.has_error());
}

TEST(Overflow, StatusBitsInWords) {
  Problems problems("x");
  const std::string payload = samples::old_overflow(0xA00, 0x10000, 0x420);
  const auto records = dump::overflow_records(as_bytes(payload), 0, problems);
  ASSERT_EQ(records.size(), 3U);
  EXPECT_EQ(records[0].meaning(), "atomic add overflowed downwards");
  EXPECT_EQ(records[1].meaning(), "atomic add overflowed upwards");
  EXPECT_EQ(records[2].meaning(),
            "a floating-point operation overflowed; accumulation in the cube unit overflowed");
  EXPECT_EQ(records[2].field("task_id"), 4U);
  EXPECT_EQ(records[2].field("block_idx"), 2U);
  EXPECT_TRUE(problems.list().empty());
}

TEST(Overflow, FieldsOfEachUnit) {
  const auto status_of = [](uint32_t version, uint32_t unit, size_t fields) {
    std::vector<uint64_t> values(fields);
    for (size_t i = 0; i < fields; ++i) values[i] = 100 + i;
    Problems problems("x");
    const auto records =
        dump::overflow_records(as_bytes(samples::new_overflow(version, unit, values)), 0, problems);
    EXPECT_TRUE(problems.list().empty());
    return records.at(0).field("status");
  };
  EXPECT_EQ(status_of(0, 0, 11), 110U);
  EXPECT_EQ(status_of(1, 1, 14), 110U);
  EXPECT_EQ(status_of(0, 2, 8), 107U);
  EXPECT_EQ(status_of(0, 3, 10), 109U);
}

TEST(Overflow, ToldByTheFile) {
  const auto none = read(samples::overflow_dump(samples::old_overflow(0, 0, 0)));
  EXPECT_EQ(none->kind, Kind::kDumpOpDebug);
  EXPECT_TRUE(none->records.empty());
  EXPECT_FALSE(none->problems.list().empty());
  EXPECT_FALSE(none->problems.has_error());
  EXPECT_TRUE(read(samples::overflow_dump(samples::new_overflow(0, 9, {1})))->problems.has_error());
  const auto some = read(samples::overflow_dump(samples::old_overflow(0, 0, 0x20)));
  EXPECT_EQ(some->message,
            "AI Core overflowed in task 4 of stream 5: a floating-point operation overflowed");
  EXPECT_EQ(some->records.size(), 1U);
}

std::string printed(const std::string& format, const std::vector<std::optional<uint64_t>>& slots,
                    const std::vector<std::string>& texts = {}) {
  return dump::printed_text(as_bytes(samples::printf_value(format, slots, texts)));
}

TEST(PrintfText, ConversionsAsInC) {
  EXPECT_EQ(printed("%d %i|%u|%x %X %#x %o\n", {0xFFFFFFFF, 7, 42, 255, 255, 255, 8}),
            "-1 7|42|ff FF 0xff 10\n");
  EXPECT_EQ(printed("%ld %llu", {UINT64_MAX, UINT64_MAX}), "-1 18446744073709551615");
  EXPECT_EQ(printed("%f %.2f %e %g", {0x3FC00000, 0x3FC00000, 0x3FC00000, 0x3FC00000}),
            "1.500000 1.50 1.500000e+00 1.5");
  EXPECT_EQ(printed("%f", {0x3FF8000000000000}), "1.500000");
  EXPECT_EQ(printed("[%5d|%-5d|%05d|%+d]", {7, 7, static_cast<uint32_t>(-7), 7}),
            "[    7|7    |-0007|+7]");
  EXPECT_EQ(printed("%s and %.2s%c%%", {std::nullopt, std::nullopt, 'c'}, {"one", "two"}),
            "one and twc%");
  EXPECT_EQ(printed("%p", {0x12C100000000}), "0x12c100000000");
}

TEST(PrintfText, NothingIsTrusted) {
  EXPECT_EQ(printed("%n %y", {1}), "%n %y");
  EXPECT_EQ(printed("trailing %", {}), "trailing %");
  EXPECT_EQ(printed("%s", {uint64_t{1} << 60U}), "<missing>");
  EXPECT_EQ(printed("%99999999d", {1}).size(), 256U);
  EXPECT_EQ(dump::printed_text({}), "<format missing>");
  EXPECT_EQ(dump::printed_text(as_bytes(std::string_view("\xff\xff\xff\xff\xff\xff\xff\xff", 8))),
            "<format missing>");
}

TEST(KernelData, BlocksOfASpace) {
  const std::string line = samples::kernel_record_tlv(1, samples::printf_value("value %d\n", {42}));
  const std::string tensor =
      samples::kernel_record_tlv(3, samples::u32_words({2, 1, 2, 0, 0, 0, 0, 0, 0, 0})) +
      samples::kernel_record_tlv(2, samples::u32_words({0, 0, 7, 0, 1, 0}) + "12345678");
  const auto file = read(DumpBuilder("x")
                             .space(samples::printf_block(0, 1, line, 256) +
                                    samples::printf_block(1, 2, line + tensor, 512))
                             .build());
  EXPECT_TRUE(file->problems.list().empty());
  ASSERT_EQ(file->records.size(), 1U);
  const std::vector<std::vector<std::string>> lines = {{"AIC 0", "printf", "value 42\n"},
                                                       {"AIV 1", "printf", "value 42\n"}};
  EXPECT_EQ(file->records[0].rows, lines);
  ASSERT_EQ(file->tensors.size(), 2U);
  EXPECT_EQ(file->tensors[1].name, "kernel:0");
  EXPECT_EQ(file->tensors[1].note, "core AIV 1, desc 7, in UB");
  EXPECT_EQ(file->tensors[1].shape, (std::vector<int64_t>{1, 2}));
  EXPECT_EQ(as_text(file->tensors[1].bytes), "12345678");
}

TEST(KernelData, SpaceRanOut) {
  std::string block = samples::printf_block(0, 1, "", 256);
  block[20] = 7;
  const auto file = read(DumpBuilder("x").space(block).build());
  ASSERT_EQ(file->problems.list().size(), 1U);
  EXPECT_EQ(file->problems.list()[0].severity, Severity::kInfo);
}

TEST(KernelData, FileOfOneCore) {
  const auto file = read(samples::kernel_data(
      3, samples::kernel_record_tlv(1, std::string(8, '\0') + samples::printf_value("hi\n", {})) +
             samples::kernel_record_tlv(6, samples::u32_words({5, 0, 1000, 0, 16, 0})) +
             samples::kernel_record_tlv(77, "odd")));
  EXPECT_EQ(file->kind, Kind::kKernelData);
  ASSERT_EQ(file->records.size(), 2U);
  EXPECT_EQ(file->records[0].rows[0], (std::vector<std::string>{"AIV 3", "printf", "hi\n"}));
  EXPECT_EQ(file->records[1].rows[0], (std::vector<std::string>{"AIV 3", "5", "1000", "0x10"}));
  ASSERT_EQ(file->problems.list().size(), 1U);
  EXPECT_EQ(file->problems.list()[0].code, Code::kBadTlv);
}

const ir::RecordTable* table(const ir::TensorFile& file, const std::string& title) {
  for (const auto& each : file.records) {
    if (each.title == title) return &each;
  }
  return nullptr;
}

TEST(CoreFile, MemoryRegistersAndKernel) {
  samples::CoreFile core;
  core.memory = {{.dims = {2, 2}, .content = "0123456789abcdef"},
                 {.address = 0x12C100001000, .type = 4, .content = "work"},
                 {.type = 3, .content = "lost", .invalid = true}};
  core.registers = {{0x704, 0x42}, {64, 0x1000}, {(uint64_t{515} << 48U) | 3, 1, false}};
  core.unified_buffer = "unified";
  const auto file = read(core.build());
  EXPECT_EQ(file->kind, Kind::kCore);
  EXPECT_TRUE(file->problems.list().empty());
  EXPECT_EQ(file->account.unknown, 0U);
  EXPECT_EQ(file->place.device, 6);
  ASSERT_EQ(file->tensors.size(), 4U);
  EXPECT_EQ(file->tensors[0].name, "input:0");
  EXPECT_EQ(file->tensors[0].shape, (std::vector<int64_t>{2, 2}));
  EXPECT_EQ(file->tensors[0].note, "input at 0x12c100000000");
  EXPECT_EQ(file->tensors[1].name, "space:0");
  EXPECT_EQ(as_text(file->tensors[1].bytes), "work");
  EXPECT_EQ(file->tensors[2].payload, ir::Payload::kNotWritten);
  EXPECT_EQ(file->tensors[3].note, "UB of AIC 0");
  const auto& rows = table(*file, "Registers")->rows;
  EXPECT_EQ(rows[0],
            (std::vector<std::string>{"AIC 0", "AIC_ERROR_1", "0x704", "0x0000000000000042", ""}));
  EXPECT_EQ(rows[1][1], "PC");
  EXPECT_EQ(rows[2][1], "MTE 3");
  EXPECT_EQ(rows[2][4], "invalid");
}

TEST(CoreFile, CoresAndRegistersOfTheOtherChip) {
  EXPECT_EQ(dump::core_name(dump::CoreChip::k910B, 25), "AIV 0");
  EXPECT_EQ(dump::core_name(dump::CoreChip::k950, 25), "AIC 25");
  EXPECT_EQ(dump::core_name(dump::CoreChip::k950, 37), "AIV 1");
  EXPECT_EQ(dump::register_name(dump::CoreChip::k950, 0x7744), "VEC error 7");
  EXPECT_EQ(dump::register_name(dump::CoreChip::k950, 0x700), "");
  EXPECT_EQ(dump::register_name(dump::CoreChip::k910B, 31), "GPR31");
}

TEST(CoreFile, TablesBehindTheEnd) {
  samples::CoreFile core;
  core.memory = {{.content = "0123456789abcdef"}};
  std::string content = core.build();
  content.resize(content.size() - 100);
  EXPECT_TRUE(read(content)->problems.has_error());
  content.replace(40, 8, std::string(8, '\xff'));
  EXPECT_TRUE(read(content)->problems.has_error());
}

TEST(AtbTensor, LinesThenElements) {
  const auto file = read(samples::atb_tensor(1, "2,2", "12345678"));
  EXPECT_EQ(file->kind, Kind::kAtb);
  EXPECT_TRUE(file->problems.list().empty());
  EXPECT_EQ(file->version, "1.0");
  ASSERT_EQ(file->tensors.size(), 1U);
  EXPECT_EQ(file->tensors[0].dtype, DType::kFloat16);
  EXPECT_EQ(file->tensors[0].shape, (std::vector<int64_t>{2, 2}));
  EXPECT_EQ(as_text(file->tensors[0].bytes), "12345678");
  const auto named = dump::read_any(
      FileBytes::from_memory("some/intensor12.bin", samples::atb_tensor(1, "1", "12")));
  EXPECT_EQ(named->tensors[0].name, "input:12");
  EXPECT_TRUE(read("$Version=1.0\nformat=2\ndtype=1\ndims=3")->problems.has_error());
  EXPECT_TRUE(read("$V=1\ndtype=1\ndims=2\ndata=0,4\n$End=1\nab")->problems.has_error());
}

TEST(Stats, RawPacket) {
  const auto file = read(samples::raw_stats());
  EXPECT_EQ(file->kind, Kind::kStatsRaw);
  ASSERT_EQ(file->tensors.size(), 1U);
  const ir::StoredTensor& tensor = file->tensors[0];
  EXPECT_EQ(tensor.shape, (std::vector<int64_t>{2, 2}));
  EXPECT_EQ(tensor.payload, ir::Payload::kElsewhere);
  EXPECT_EQ(tensor.dtype, DType::kFloat32);
  EXPECT_EQ(tensor.recorded->count, 4U);
  EXPECT_EQ(tensor.recorded->max, 2.5);
  EXPECT_EQ(tensor.recorded->min, -1.25);
  EXPECT_EQ(tensor.recorded->nan, 1U);
  EXPECT_EQ(tensor.recorded->pos_inf, 3U);
  EXPECT_EQ(tensor.recorded->l2norm, 4);
}

TEST(Stats, CsvColumnsByTitle) {
  const auto file = read(
      "Input/Output,Index,Data Size,Data Type,Format,Shape,Count,l2norm,Max Value\r\n"
      "Output,3,16,DT_BF16,FRACTAL_NZ,2x4,8,1.5,nan\r\n"
      "Nonsense,1\n");
  EXPECT_EQ(file->kind, Kind::kStatsCsv);
  ASSERT_EQ(file->tensors.size(), 1U);
  EXPECT_EQ(file->tensors[0].name, "output:3");
  EXPECT_EQ(file->tensors[0].dtype, DType::kBFloat16);
  EXPECT_EQ(file->tensors[0].format.base, "FRACTAL_NZ");
  EXPECT_EQ(file->tensors[0].recorded->count, 8U);
  EXPECT_EQ(file->tensors[0].recorded->l2norm, 1.5);
  EXPECT_TRUE(std::isnan(*file->tensors[0].recorded->max));
  EXPECT_EQ(file->tensors[0].recorded->min, std::nullopt);
  EXPECT_TRUE(file->problems.has_error());
}

/// Two threads of a 2 x 4 tensor, cut along the second axis.
std::vector<std::unique_ptr<ir::TensorFile>> two_threads(const std::string& second_range) {
  const std::string attr = R"({"threadMode":true,"slice_instance_num":2,"output_tensor_slice":[)"
                           R"([[{"lower":0,"higher":2},{"lower":0,"higher":2}]],)"
                           R"([[{"lower":0,"higher":2},)" +
                           second_range + "]]]}";
  std::vector<std::unique_ptr<ir::TensorFile>> threads;
  for (const auto& values : {std::vector<float>{0, 1, 4, 5}, std::vector<float>{2, 3, 6, 7}}) {
    DumpTensor tensor = float_tensor(values);
    tensor.shape = {2, 2};
    threads.push_back(read(DumpBuilder("x").output(tensor).attr("slices", attr).build()));
  }
  return threads;
}

TEST(Ffts, SlicesAreConcatenatedAlongTheCutAxis) {
  const auto threads = two_threads(R"({"lower":2,"higher":4})");
  const std::vector<const ir::TensorFile*> both = {threads[0].get(), threads[1].get()};
  EXPECT_TRUE(dump::is_thread_slice(*both[0]));
  const auto whole = dump::join_threads(both);
  EXPECT_TRUE(whole->problems.list().empty());
  ASSERT_EQ(whole->tensors.size(), 1U);
  EXPECT_EQ(whole->tensors[0].shape, (std::vector<int64_t>{2, 4}));
  EXPECT_EQ(as_text(whole->tensors[0].bytes), float_tensor({0, 1, 2, 3, 4, 5, 6, 7}).payload);
}

TEST(Ffts, WhatDoesNotFitIsAnError) {
  for (const char* range : {R"({"lower":3,"higher":5})", R"({"lower":2,"higher":5})",
                            R"({"lower":-1,"higher":1})", R"({"lower":2})", "7"}) {
    const auto threads = two_threads(range);
    const std::vector<const ir::TensorFile*> both = {threads[0].get(), threads[1].get()};
    const auto whole = dump::join_threads(both);
    EXPECT_TRUE(whole->problems.has_error()) << range;
    EXPECT_TRUE(whole->tensors.empty()) << range;
  }
  const auto plain = read(DumpBuilder("x").output(float_tensor({1})).build());
  EXPECT_FALSE(dump::is_thread_slice(*plain));
}

}  // namespace
}  // namespace omscope
