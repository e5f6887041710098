// Tensor dumps, byte by byte: for samples, tests and fuzzers' seeds.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace omscope::samples {

/// One tensor of a dump. Sound by default: the size is the payload's, an address is set.
struct DumpTensor {
  int dtype = 1;       ///< as DumpData numbers them, float32
  int64_t format = 2;  ///< ND
  std::vector<uint64_t> shape;
  std::string payload;
  std::vector<uint64_t> origin_shape;
  int groups = 0;
  uint64_t address = 0x120000000000;
  uint32_t input_type = 0;       ///< of exception dumps
  std::optional<uint64_t> size;  ///< in the header, when not the payload's
  std::string origin_op;         ///< outputs only
};

/// Builds a standard dump:
///
///     DumpBuilder("relu1").input(floats({1, 2})).output({.shape = {2}, .payload = bytes}).build()
///
/// A tensor whose payload is shorter than its `size` makes a dump with missing bytes; two dumps in
/// one file are two results one behind the other.
class DumpBuilder {
 public:
  explicit DumpBuilder(std::string op_name) : op_name_(std::move(op_name)) {}

  DumpBuilder& version(std::string version);
  DumpBuilder& time(uint64_t microseconds);
  DumpBuilder& input(DumpTensor tensor);
  DumpBuilder& output(DumpTensor tensor);
  DumpBuilder& buffer(std::string bytes);
  DumpBuilder& space(std::string bytes);
  DumpBuilder& attr(std::string name, std::string value);
  DumpBuilder& dfx_message(std::string text);

  std::string build() const;
  /// The same as a dump before version 2.0: one message, payloads inside.
  std::string build_v1() const;
  /// DumpData alone.
  std::string header() const { return message(false); }

 private:
  std::string message(bool embed) const;

  std::string op_name_;
  std::string version_ = "2.0";
  uint64_t time_ = 1700000000000000;
  std::vector<DumpTensor> inputs_;
  std::vector<DumpTensor> outputs_;
  std::vector<std::string> buffers_;
  std::vector<std::string> spaces_;
  std::vector<std::pair<std::string, std::string>> attrs_;
  std::string dfx_message_;
};

/// A one-dimensional float32 tensor.
DumpTensor float_tensor(const std::vector<float>& values);

/// The payload of Node_OpDebug, 2048 bytes: statuses of the three units, zero for none.
std::string old_overflow(uint64_t dha_status, uint64_t l2_status, uint64_t core_status);
/// `unit`: 0 AIC, 1 AIV, 2 AICPU, 3 SDMA; `fields` as the unit has them.
std::string new_overflow(uint32_t version, uint32_t unit, const std::vector<uint64_t>& fields);
/// A whole dump around either.
std::string overflow_dump(const std::string& payload);

/// A nano dump; dtypes are ge::DataType here.
std::string nano_dump(const std::vector<DumpTensor>& inputs,
                      const std::vector<DumpTensor>& outputs);

std::string u32_words(const std::vector<uint32_t>& words);

/// A record of kernel data: type, length, value.
std::string kernel_record_tlv(uint32_t type, const std::string& value);
/// The value of a printf record: texts of `%s` stand in `texts`, whose slots are given as nothing.
std::string printf_value(const std::string& format,
                         const std::vector<std::optional<uint64_t>>& slots,
                         const std::vector<std::string>& texts = {});
/// A block of a printf space with some records.
std::string printf_block(uint32_t core, uint8_t core_kind, const std::string& records,
                         uint32_t length);
/// A file asc_kernel_data_aiv_<core>.bin.
std::string kernel_data(uint32_t core, const std::string& records);

std::string atb_tensor(int dtype, const std::string& dims, const std::string& payload);

/// A raw packet of statistics with one float32 input.
std::string raw_stats();

}  // namespace omscope::samples
