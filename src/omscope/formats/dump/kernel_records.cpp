#include "omscope/formats/dump/kernel_records.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "omscope/core/byte_cursor.h"
#include "omscope/formats/dump/fit_shape.h"
#include "omscope/formats/dump/numbers.h"
#include "omscope/formats/dump/printf_text.h"

namespace omscope::dump {
namespace {

constexpr uint32_t kPrintf = 1;
constexpr uint32_t kTensor = 2;
constexpr uint32_t kShape = 3;
constexpr uint32_t kAssert = 4;
constexpr uint32_t kMeta = 5;
constexpr uint32_t kTimestamp = 6;
constexpr uint32_t kSimt = 7;
constexpr uint32_t kSkip = 10;
constexpr uint32_t kSimtAssert = 0xF0E00F0E;
constexpr uint32_t kSimtPrintf = 0xF0F00F0F;
constexpr uint32_t kWait = 0xF0A55A0F;

constexpr uint64_t kMostRows = 20000;
constexpr uint64_t kMostText = uint64_t{8} << 20U;
constexpr size_t kMostDimsInRecord = 8;

constexpr std::array<std::string_view, 9> kPositions = {"GM",  "UB",   "L1",     "L0A", "L0B",
                                                        "L0C", "BIAS", "FIXBUF", "REG"};

template <class T>
T number_at(ByteView bytes, size_t at) {
  return at <= bytes.size() && bytes.size() - at >= sizeof(T) ? load_le<T>(bytes.data() + at) : T{};
}

std::string position_text(uint32_t position) {
  if (position < kPositions.size()) return std::string(kPositions.at(position));
  return fmt::format("position {}", position);
}

std::vector<uint64_t> dims_at(ByteView value, size_t count_at) {
  std::vector<uint64_t> dims;
  const size_t count = std::min<size_t>(number_at<uint32_t>(value, count_at), kMostDimsInRecord);
  for (size_t i = 0; i < count; ++i) {
    dims.push_back(number_at<uint32_t>(value, count_at + 4 + 4 * i));
  }
  return dims;
}

}  // namespace

/// A dump may have more than one `space` with records: names go on counting.
KernelRecords::KernelRecords(ir::TensorFile& out) : out_(out) {
  for (const ir::StoredTensor& tensor : out.tensors) {
    if (tensor.name.starts_with("kernel:")) ++tensors_;
  }
}

void KernelRecords::read(ByteView tlvs, uint64_t offset, RecordLayout layout,
                         const std::string& core) {
  layout_ = layout;
  core_ = core;
  dims_.clear();
  ByteCursor cursor(out_.file->path(), tlvs, offset);
  constexpr uint64_t kHead = 8;
  while (cursor.remaining() >= kHead) {
    const uint64_t at = cursor.offset();
    const uint32_t type = cursor.read<uint32_t>("record type").value();
    const uint32_t length = cursor.read<uint32_t>("record length").value();
    if (type == 0 && length == 0) return;  // never written
    const auto value = cursor.take(length, "kernel record");
    if (!value) {
      out_.problems.add(value.error());
      return;
    }
    if (!read_one({type, *value, at + kHead})) {
      out_.problems.warning(
          Code::kBadTlv, at, "kernel record",
          fmt::format("type {:#x} is not known; its {} bytes were passed over", type, length));
    }
  }
}

bool KernelRecords::read_one(const Record& record) {
  const bool is_new = layout_ == RecordLayout::kNew;
  constexpr uint64_t kBefore = 8;
  constexpr uint64_t kBeforeSimt = 40;
  switch (record.type) {
    case kPrintf: add_line("printf", record.value, is_new ? kBefore : 0); return true;
    case kAssert: add_line("assert", record.value, is_new ? kBefore : 0); return true;
    case kSimtPrintf: add_line("SIMT printf", record.value, kBeforeSimt); return true;
    case kSimtAssert: add_line("SIMT assert", record.value, kBeforeSimt); return true;
    case kTensor: add_tensor(record); return true;
    case kShape: dims_ = dims_at(record.value, 0); return true;
    case kTimestamp: add_timestamp(record); return true;
    case kWait: return true;
    default: return record.type == kMeta || (record.type >= kSimt && record.type <= kSkip);
  }
}

void KernelRecords::add_line(const char* kind, ByteView value, uint64_t before) {
  if (lines_.rows.size() >= kMostRows || text_ >= kMostText) {
    ++left_out_;
    return;
  }
  std::string text = printed_text(value.subspan(std::min<uint64_t>(before, value.size())));
  text_ += text.size();
  lines_.rows.push_back({core_, kind, std::move(text)});
}

void KernelRecords::add_tensor(const Record& record) {
  if (out_.tensors.size() >= kMostTensors) {
    ++left_out_;
    return;
  }
  const bool is_new = layout_ == RecordLayout::kNew;
  const size_t head = is_new ? 64 : 24;
  if (record.value.size() < head) {
    out_.problems.error(
        Code::kBadTlv, record.offset, "kernel tensor",
        fmt::format("has {} bytes, its head alone takes {}", record.value.size(), head));
    return;
  }
  const ByteView value = record.value;
  ir::StoredTensor tensor;
  tensor.name = fmt::format("kernel:{}", tensors_++);
  tensor.dtype_number = number_at<uint32_t>(value, 4);
  tensor.dtype = dtype_from_ge(tensor.dtype_number);
  tensor.offset = record.offset + head;
  tensor.bytes = value.subspan(head);
  tensor.size = tensor.bytes.size();
  const uint32_t position =
      is_new ? number_at<uint16_t>(value, 16) : number_at<uint32_t>(value, 16);
  add_note(tensor, fmt::format("core {}, desc {}, in {}", core_, number_at<uint32_t>(value, 8),
                               position_text(position)));
  uint64_t elements = 0;
  if (is_new) {
    dims_ = dims_at(value, 20);
    const uint32_t said = number_at<uint32_t>(value, 60);
    if (said != 0) {
      tensor.size = said;
      tensor.bytes = tensor.bytes.first(std::min<size_t>(said, tensor.bytes.size()));
    }
  } else {
    elements = number_at<uint32_t>(value, 20);
  }
  set_shape(tensor, elements, record);
  if (tensor.bytes.size() < tensor.size) tensor.payload = ir::Payload::kCut;
  out_.tensors.push_back(std::move(tensor));
}

/// Without dims it is a flat piece of memory; blocks on chip are padded to 32 bytes.
void KernelRecords::set_shape(ir::StoredTensor& tensor, uint64_t elements, const Record& record) {
  const auto counted = dtype_bytes(tensor.dtype, elements);
  if (elements > 0 && counted && *counted <= tensor.bytes.size()) {
    tensor.size = *counted;
    tensor.bytes = tensor.bytes.first(*counted);
  }
  const uint64_t bits = dtype_info(tensor.dtype).bits;
  if (dims_.empty() && bits > 0) dims_ = {tensor.size * 8 / bits};
  if (!dims_.empty()) fit_shape(tensor, dims_, out_.problems, record.offset);
  dims_.clear();
}

void KernelRecords::add_timestamp(const Record& record) {
  if (times_.rows.size() >= kMostRows) {
    ++left_out_;
    return;
  }
  times_.rows.push_back({core_, fmt::format("{}", number_at<uint32_t>(record.value, 0)),
                         fmt::format("{}", number_at<uint64_t>(record.value, 8)),
                         fmt::format("{:#x}", number_at<uint64_t>(record.value, 16))});
}

void KernelRecords::finish() {
  if (left_out_ > 0) {
    out_.problems.warning(Code::kTooLarge, std::nullopt, "kernel records",
                          fmt::format("{} further records were left out", left_out_));
  }
  if (!lines_.rows.empty()) out_.records.push_back(std::move(lines_));
  if (!times_.rows.empty()) out_.records.push_back(std::move(times_));
}

}  // namespace omscope::dump
