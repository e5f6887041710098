#include "support/dump_samples.h"

#include "omscope/core/sha256.h"
#include "omscope/formats/dump/atb.h"
#include "omscope/formats/dump/core_file.h"
#include "omscope/formats/dump/ffts.h"
#include "omscope/formats/dump/kernel_data.h"
#include "omscope/formats/dump/overflow.h"
#include "omscope/formats/dump/read_dump.h"
#include "omscope/formats/dump/recognise.h"
#include "omscope/formats/dump/stats.h"

#include "make_samples/core_builder.h"
#include "make_samples/dump_builder.h"

namespace omscope::test {
namespace {

using samples::DumpBuilder;
using samples::DumpTensor;
using samples::float_tensor;

std::string standard() {
  DumpTensor input = float_tensor({1, 2, 3, 4});
  input.shape = {2, 2};
  input.origin_shape = {2, 2};
  DumpTensor output{.dtype = 2, .format = 3, .shape = {1, 1, 1, 1, 4}, .payload = "12345678"};
  output.origin_op = "conv1";
  return DumpBuilder("relu1")
      .input(input)
      .output(output)
      .buffer("buffer")
      .space("space")
      .attr("alpha", "1.0")
      .build();
}

std::string null_address() {
  DumpTensor left_out = float_tensor({});
  left_out.shape = {6};
  left_out.size = 24;
  left_out.address = 0;
  return DumpBuilder("null").input(left_out).output(float_tensor({5, 6})).build();
}

std::string exception() {
  DumpTensor tiling{.dtype = 0, .payload = "tiling data", .address = 0, .input_type = 7};
  DumpTensor input{.dtype = 2,
                   .format = 83886083,
                   .shape = {1, 1, 2, 1, 2},
                   .payload = "12345678",
                   .address = 0,
                   .input_type = 2};
  return DumpBuilder("gather").input(input).input(tiling).dfx_message("line one\nline two").build();
}

std::string printed_records() {
  using samples::kernel_record_tlv;
  using samples::u32_words;
  return kernel_record_tlv(1, samples::printf_value("core %d says %s: %5.2f\n",
                                                    {0, std::nullopt, 0x3FC00000}, {"hello"})) +
         kernel_record_tlv(3, u32_words({2, 1, 2, 0, 0, 0, 0, 0, 0, 0})) +
         kernel_record_tlv(2, u32_words({0x1000, 0, 7, 0, 1, 2}) + "12345678") +
         kernel_record_tlv(6, u32_words({1, 0, 1000, 0, 16, 0}));
}

std::string new_records() {
  using samples::kernel_record_tlv;
  using samples::u32_words;
  return kernel_record_tlv(1, std::string(8, '\0') + samples::printf_value("%x\n", {255})) +
         kernel_record_tlv(
             2, u32_words({0x2000, 0, 11, 0, 1, 2, 1, 2, 0, 0, 0, 0, 0, 0, 0, 8}) + "12345678") +
         kernel_record_tlv(10, std::string(8, '\0'));
}

std::string core(bool wide) {
  samples::CoreFile file;
  file.memory = {{.dims = {2, 2}, .content = "0123456789abcdef"},
                 {.type = 4, .content = "workspace"},
                 {.type = 102, .content = "stack", .invalid = true}};
  file.registers = {{0x700, 0x42}, {64, 0x1000}, {128, 1, false}};
  file.unified_buffer = "unified";
  file.wide_registers = wide;
  return file.build();
}

std::string slice() {
  return DumpBuilder("relu")
      .output(float_tensor({1, 2}))
      .attr("_ffts_slice_info",
            R"({"threadMode":true,"slice_instance_num":1,"outputCutList":[[1]],)"
            R"("output_tensor_slice":[[[{"lower":0,"higher":2}]]]})")
      .build();
}

void follow(const ir::TensorFile& file) {
  for (const ir::StoredTensor& tensor : file.tensors) {
    (void)sha256_hex(tensor.bytes);
    (void)std::string(tensor.format.base);
  }
}

}  // namespace

std::vector<std::pair<std::string, std::string>> dump_samples() {
  DumpTensor nano = float_tensor({1, 2});
  nano.dtype = 0;
  nano.origin_shape = {2};
  nano.origin_op = "add1";
  DumpTensor old_input = float_tensor({1, 2});
  return {
      {"standard", standard()},
      {"two_dumps", standard() + DumpBuilder("second").output(float_tensor({7})).build()},
      {"null_address", null_address()},
      {"exception", exception()},
      {"v1", DumpBuilder("old").input(old_input).output(float_tensor({3})).build_v1()},
      {"nano", samples::nano_dump({nano, nano}, {nano})},
      {"overflow_old", samples::overflow_dump(samples::old_overflow(0, 0, 0x20))},
      {"overflow_new", samples::overflow_dump(
                           samples::new_overflow(0, 0, {2, 8, 7, 0, 65535, 65535, 1, 2, 3, 1, 8}))},
      {"printf", DumpBuilder("printf")
                     .space(samples::printf_block(0, 1, printed_records(), 512) +
                            samples::printf_block(1, 2, printed_records(), 512))
                     .build()},
      {"kernel_data", samples::kernel_data(3, new_records())},
      {"core", core(false)},
      {"core_wide", core(true)},
      {"atb", samples::atb_tensor(1, "2,2", "12345678")},
      {"stats_csv",
       "Input/Output,Index,Data Size,Data Type,Format,Shape,Count,Max Value\n"
       "Input,0,16,DT_FLOAT,ND,2x2,4,inf\nOutput,0,8,DT_INT32,ND,-,2,NA\n"},
      {"stats_raw", samples::raw_stats()},
      {"ffts", slice()},
  };
}

size_t read_dump_everything(std::string_view content) {
  const auto file = FileBytes::from_memory("test.dump", content);
  const auto found = dump::read_any(file);
  follow(*found);
  using Reader = std::unique_ptr<ir::TensorFile> (*)(const std::shared_ptr<const FileBytes>&);
  for (const Reader read :
       {Reader{dump::read_dump}, Reader{dump::read_dump_v1}, Reader{dump::read_core},
        Reader{dump::read_kernel_data}, Reader{dump::read_atb}, Reader{dump::read_stats_csv},
        Reader{dump::read_stats_raw}}) {
    follow(*read(file));
  }
  const ir::TensorFile* const one = found.get();
  follow(*dump::join_threads({&one, 1}));
  return found->tensors.size();
}

}  // namespace omscope::test
