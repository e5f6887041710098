#include <algorithm>
#include <array>
#include <bit>

#include <fmt/format.h>

#include "omscope/formats/dump/fit_shape.h"
#include "omscope/formats/dump/numbers.h"
#include "omscope/formats/dump/read_dump.h"
#include "omscope/formats/dump/stats.h"

namespace omscope::dump {
namespace {

constexpr uint64_t kHead = 16;
constexpr uint64_t kRecord = 648;
constexpr int32_t kMostRecords = 10;
constexpr uint64_t kPacket = kHead + kRecord * kMostRecords;
constexpr int32_t kMostRecordDims = 25;
constexpr uint64_t kItems = 0x7F;

enum Item : unsigned { kMax, kMin, kAvg, kNan, kNegInf, kPosInf, kL2Norm };

template <class T>
T at(ByteView bytes, size_t offset) {
  return load_le<T>(bytes.data() + offset);
}

bool is_floating(DType dtype) {
  switch (dtype) {
    case DType::kFloat32:
    case DType::kFloat16:
    case DType::kBFloat16:
    case DType::kHiFloat8:
    case DType::kFloat8E5M2:
    case DType::kFloat8E4M3FN: return true;
    default: return false;
  }
}

class Record {
 public:
  Record(ByteView bytes, uint64_t items) : bytes_(bytes), items_(items) {}

  ir::RecordedStats stats(DType dtype) const {
    ir::RecordedStats stats;
    if (at<uint32_t>(bytes_, 120) != 0 || at<int32_t>(bytes_, 124) == 0) return stats;
    stats.max = extreme(kMax, dtype);
    stats.min = extreme(kMin, dtype);
    stats.mean = real(kAvg);
    stats.l2norm = real(kL2Norm);
    stats.nan = count(kNan);
    stats.neg_inf = count(kNegInf);
    stats.pos_inf = count(kPosInf);
    return stats;
  }

 private:
  std::optional<int64_t> word(Item item) const {
    if ((items_ >> item & 1U) == 0) return std::nullopt;
    return at<int64_t>(bytes_, 128 + 8 * size_t{item});
  }

  std::optional<double> real(Item item) const {
    const auto bits = word(item);
    if (!bits) return std::nullopt;
    return static_cast<double>(std::bit_cast<float>(static_cast<uint32_t>(*bits)));
  }

  std::optional<double> extreme(Item item, DType dtype) const {
    if (is_floating(dtype)) return real(item);
    const auto value = word(item);
    if (!value) return std::nullopt;
    return static_cast<double>(dtype == DType::kInt64 ? *value : static_cast<int32_t>(*value));
  }

  std::optional<uint64_t> count(Item item) const {
    const auto value = word(item);
    if (!value) return std::nullopt;
    return static_cast<uint32_t>(*value);
  }

  ByteView bytes_;
  uint64_t items_;
};

bool is_record(ByteView record) {
  const auto dims = at<int32_t>(record, 16);
  const auto io = at<int32_t>(record, 640);
  return dims >= 0 && dims <= kMostRecordDims && io >= 0 && io <= 1 && at<int64_t>(record, 0) >= 0;
}

void add(ByteView record, uint64_t offset, uint64_t items, ir::TensorFile& out) {
  ir::StoredTensor tensor;
  tensor.name = fmt::format("{}:{}", at<int32_t>(record, 640) == 0 ? "input" : "output",
                            at<int32_t>(record, 644));
  tensor.size = at<uint64_t>(record, 0);
  tensor.offset = offset;
  tensor.dtype_number = at<int32_t>(record, 8);
  tensor.dtype = dtype_from_dump(tensor.dtype_number);
  tensor.format = layout_from_number(at<int32_t>(record, 12));
  const auto rank = static_cast<size_t>(at<int32_t>(record, 16));
  for (size_t i = 0; i < rank; ++i) tensor.shape.push_back(at<uint32_t>(record, 20 + 4 * i));
  tensor.has_shape = rank > 0;
  tensor.payload = ir::Payload::kElsewhere;
  tensor.note = "statistics only";
  if (at<uint32_t>(record, 120) != 0) add_note(tensor, "the device could not compute them");
  tensor.recorded = Record(record, items).stats(tensor.dtype);
  // What the csv calls Count; the packet counts the items that were computed.
  if (tensor.has_shape) tensor.recorded->count = ir::element_count(tensor.shape);
  out.tensors.push_back(std::move(tensor));
}

}  // namespace

bool looks_like_stats_raw(ByteView bytes) {
  if (bytes.size() != kPacket) return false;
  const auto count = at<int32_t>(bytes, 0);
  if (count < 0 || count > kMostRecords || (at<uint64_t>(bytes, 8) & ~kItems) != 0) return false;
  for (int32_t i = 0; i < count; ++i) {
    if (!is_record(bytes.subspan(kHead + kRecord * static_cast<uint64_t>(i), kRecord)))
      return false;
  }
  return count > 0;
}

std::unique_ptr<ir::TensorFile> read_stats_raw(const std::shared_ptr<const FileBytes>& file) {
  auto out = std::make_unique<ir::TensorFile>(file, Kind::kStatsRaw);
  const ByteView bytes = file->bytes();
  if (!looks_like_stats_raw(bytes)) {
    out->problems.error(Code::kBadHeader, 0, "packet", "is no packet of statistics");
    finish(*out);
    return out;
  }
  const auto count = static_cast<uint64_t>(at<int32_t>(bytes, 0));
  if (const auto result = at<int32_t>(bytes, 4); result != 0) {
    out->problems.warning(Code::kBadValue, 4, "packet: result",
                          fmt::format("the device reports error {}", result));
  }
  for (uint64_t i = 0; i < count; ++i) {
    const uint64_t offset = kHead + kRecord * i;
    add(bytes.subspan(offset, kRecord), offset, at<uint64_t>(bytes, 8), *out);
  }
  out->byte_map.add(0, kPacket, "packet");
  finish(*out);
  return out;
}

}  // namespace omscope::dump
