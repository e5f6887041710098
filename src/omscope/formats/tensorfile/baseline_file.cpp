#include "omscope/formats/tensorfile/baseline_file.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include <fmt/format.h>

#include "omscope/core/byte_cursor.h"
#include "omscope/core/checksum.h"
#include "omscope/core/layout.h"
#include "omscope/core/text.h"

namespace omscope::tensorfile {
namespace {

constexpr uint64_t kHeadBytes = 32;
/// A record with no text, no dim and no value in it.
constexpr uint64_t kLeastRecord = 4 + 11 * 4 + 1 + 1 + 5 * 8 + 4 * 8 + 2 + 32 + 4;

DType dtype_of_name(std::string_view name) {
  for (int i = 0; i <= static_cast<int>(DType::kHiFloat4Scale); ++i) {
    const auto dtype = static_cast<DType>(i);
    if (dtype != DType::kUndefined && to_string(dtype) == name) return dtype;
  }
  return DType::kUndefined;
}

/// Takes the fields of one record; after the first that is not there, all are empty.
class RecordReader {
 public:
  explicit RecordReader(ByteCursor record) : record_(record) {}

  std::optional<Problem> fault;

  template <class T>
  T number(std::string_view field) {
    return taken(fault ? Result<T>(T{}) : record_.read<T>(field));
  }
  double real(std::string_view field) { return std::bit_cast<double>(number<uint64_t>(field)); }

  ByteView bytes(uint64_t size, std::string_view field) {
    return taken(fault ? Result<ByteView>(ByteView{}) : record_.take(size, field));
  }
  /// Refers to the bytes of the file.
  std::string_view text(std::string_view field) {
    return as_text(bytes(number<uint32_t>(field), field));
  }

  template <class T>
  T count(std::string_view field, uint64_t smallest) {
    return taken(fault ? Result<T>(T{}) : record_.read_count<T>(field, smallest));
  }

  uint64_t varint(std::string_view field) {
    constexpr unsigned kLongest = 63;
    uint64_t value = 0;
    for (unsigned shift = 0; shift <= kLongest && !fault; shift += 7) {
      const auto byte = number<uint8_t>(field);
      value |= static_cast<uint64_t>(byte & 0x7FU) << shift;
      if (byte < 0x80U) return value;
    }
    refuse(field, "a number has more than 64 bits: the file is damaged");
    return 0;
  }

  void refuse(std::string_view field, std::string why) {
    if (fault) return;
    fault = Problem{Severity::kError, Code::kBadValue,    std::string(record_.file()),
                    record_.offset(), std::string(field), std::move(why)};
  }

 private:
  template <class T>
  T taken(Result<T> result) {
    if (result) return std::move(*result);
    if (!fault) fault = result.error();
    return T{};
  }

  ByteCursor record_;
};

/// Elements that a shape holds; nothing when there are more than 64 bits count.
std::optional<uint64_t> elements_of(const std::vector<int64_t>& shape) {
  uint64_t count = 1;
  for (const int64_t dim : shape) {
    if (dim < 0 || __builtin_mul_overflow(count, static_cast<uint64_t>(dim), &count)) {
      return std::nullopt;
    }
  }
  return count;
}

void read_names(RecordReader& in, BaselineTensor& out) {
  out.op = in.text("op");
  out.op_type = in.text("op type");
  out.tensor = in.text("tensor");
  out.file = in.text("file");
  out.folder = in.text("folder");
  out.layout = in.text("layout");
  const std::string_view dtype = in.text("dtype");
  out.dtype = dtype_of_name(dtype);
  for (std::string* each : {&out.model, &out.step, &out.rank, &out.device}) {
    *each = in.text("place in the run");
  }
  const auto flags = in.number<uint8_t>("flags");
  out.from_file_name = (flags & kFromFileName) != 0;
  out.test_data = (flags & kTestData) != 0;
  if (out.dtype == DType::kUndefined && !dtype.empty()) {
    in.refuse("dtype", fmt::format("'{}' is no known dtype; use a newer version of this program",
                                   for_terminal(shortened(as_utf8(dtype), 40))));
  }
}

void read_statistics(RecordReader& in, BaselineTensor& out) {
  const auto dims = in.number<uint8_t>("dims");
  for (int i = 0; i < dims && !in.fault; ++i) out.shape.push_back(in.number<int64_t>("dim"));
  for (uint64_t* each : {&out.count, &out.nan, &out.pos_inf, &out.neg_inf, &out.zeros}) {
    *each = in.number<uint64_t>("count");
  }
  for (double* each : {&out.min, &out.max, &out.mean, &out.std}) *each = in.real("statistic");
  const auto quantiles = in.count<uint16_t>("quantiles", sizeof(double));
  out.quantiles.reserve(quantiles);
  for (int i = 0; i < quantiles && !in.fault; ++i) out.quantiles.push_back(in.real("quantile"));
  const ByteView hash = in.bytes(out.sha256.size(), "SHA-256");
  std::copy(hash.begin(), hash.end(), out.sha256.begin());
  if (!in.fault && elements_of(out.shape) != out.count) {
    in.refuse("elements",
              fmt::format("{} elements do not fill the shape: the file is damaged", out.count));
  }
}

void read_sample(RecordReader& in, BaselineTensor& out) {
  const auto size = in.count<uint32_t>("values in the sample", 1);
  out.indices.reserve(size);
  uint64_t index = 0;
  for (uint32_t i = 0; i < size && !in.fault; ++i) {
    const uint64_t step = in.varint("index");
    const uint64_t room = out.count - index;
    if (room == 0 || step >= room || (i > 0 && step == 0)) {
      in.refuse("index", "the indices of the sample do not ascend inside of the tensor");
      return;
    }
    index += step;
    out.indices.push_back(index);
  }
  const auto bytes = dtype_bytes(out.dtype, size);
  const ByteView values = in.bytes(bytes.value_or(0), "values");
  out.values.assign(values.begin(), values.end());
}

Result<BaselineTensor> read_record(ByteCursor& cursor) {
  const auto size = cursor.read<uint32_t>("size of a record");
  if (!size) return size.error();
  const auto record = cursor.take_cursor(*size, "record of a tensor");
  if (!record) return record.error();
  RecordReader in(*record);
  BaselineTensor tensor;
  read_names(in, tensor);
  read_statistics(in, tensor);
  read_sample(in, tensor);
  if (in.fault) return *in.fault;
  return tensor;
}

Result<Done> read_head(ByteCursor& cursor, BaselineFile& out, uint32_t& tensors) {
  if (auto magic = cursor.skip(kBaselineMagic.size(), "magic"); !magic) return magic.error();
  const uint64_t at = cursor.offset();
  const auto version = cursor.read<uint32_t>("version");
  if (!version) return version.error();
  if (*version != kBaselineVersion) {
    return Problem{Severity::kError,
                   Code::kBadHeader,
                   std::string(cursor.file()),
                   at,
                   "version",
                   fmt::format("is {}, this program reads {}; make the baseline again with it",
                               *version, kBaselineVersion)};
  }
  if (auto unused = cursor.skip(sizeof(uint32_t), "reserved"); !unused) return unused.error();
  const auto seed = cursor.read<uint64_t>("seed");
  if (!seed) return seed.error();
  const auto most = cursor.read<uint32_t>("most values in a sample");
  if (!most) return most.error();
  const auto count = cursor.read_count<uint32_t>("tensors", kLeastRecord);
  if (!count) return count.error();
  out.seed = *seed;
  out.most_values = *most;
  tensors = *count;
  return Done{};
}

/// Of all before; nothing may stand behind it.
void check_end(const FileBytes& file, ByteCursor& cursor, Problems& problems) {
  const ByteView before = file.bytes().first(cursor.offset());
  const uint64_t at = cursor.offset();
  const auto stated = cursor.read<uint32_t>("checksum");
  if (!stated) return problems.add(stated.error());
  if (*stated != crc32_of(before)) {
    problems.error(Code::kBadValue, at, "checksum",
                   "does not fit the file: it was changed after it was written; get it again, or "
                   "make it anew");
  } else if (cursor.offset() < file.size()) {
    problems.error(Code::kBadValue, cursor.offset(), "end",
                   fmt::format("{} stand behind it: the file was changed after it was written; get "
                               "it again, or make it anew",
                               counted(file.size() - cursor.offset(), "byte")));
  }
}

/// Hands over each whole record; returns the bytes of the head and of them.
template <class Take>
uint64_t parse(const FileBytes& file, BaselineFile& head, Problems& problems, const Take& take) {
  ByteCursor cursor(file.path(), file.bytes());
  uint32_t tensors = 0;
  if (const auto read = read_head(cursor, head, tensors); !read) {
    problems.add(read.error());
    return std::min<uint64_t>(kHeadBytes, file.size());
  }
  for (uint32_t i = 0; i < tensors; ++i) {
    auto tensor = read_record(cursor);
    if (!tensor) {
      problems.add(tensor.error());
      return cursor.offset();  // one damaged length makes all behind it doubtful
    }
    take(std::move(*tensor));
  }
  check_end(file, cursor, problems);
  return cursor.offset();
}

constexpr std::array<size_t, 5> kPercent = {5, 25, 50, 75, 95};

ir::RecordTable quantile_table() {
  ir::RecordTable table;
  table.title = "quantiles";
  table.columns = {"tensor"};
  for (const size_t percent : kPercent) table.columns.push_back(fmt::format("{} %", percent));
  return table;
}

std::vector<std::string> quantile_row(const BaselineTensor& tensor) {
  std::vector<std::string> row = {fmt::format("{} {}", tensor.op, tensor.tensor)};
  for (const size_t percent : kPercent) {
    const size_t at = ((tensor.quantiles.size() - 1) * percent + 50) / 100;
    row.push_back(fmt::format("{:.4g}", tensor.quantiles[at]));
  }
  return row;
}

/// "NCHW" of the file as the name that the table of layouts has for it.
Layout known_layout(const std::string& name) {
  constexpr int64_t kMost = 64;  // ge::Format has fewer
  for (int64_t number = 0; number < kMost; ++number) {
    const Layout layout = layout_from_number(number);
    if (layout.base == name) return {layout.base};
  }
  return {};
}

ir::StoredTensor as_stored(const BaselineTensor& from) {
  ir::StoredTensor tensor;
  tensor.op = from.op;
  tensor.name = from.tensor;
  tensor.dtype = from.dtype;
  tensor.format = known_layout(from.layout);
  tensor.has_shape = true;
  tensor.shape = from.shape;
  tensor.size = dtype_bytes(from.dtype, from.count).value_or(0);
  tensor.payload = ir::Payload::kElsewhere;
  tensor.note = fmt::format("statistics and {} kept", counted(from.indices.size(), "value"));
  ir::RecordedStats stats;
  stats.count = from.count;
  stats.nan = from.nan;
  stats.pos_inf = from.pos_inf;
  stats.neg_inf = from.neg_inf;
  if (!std::isnan(from.mean)) {
    stats.min = from.min;
    stats.max = from.max;
    stats.mean = from.mean;
    const auto finite = static_cast<double>(from.count - from.nan - from.pos_inf - from.neg_inf);
    stats.l2norm = std::sqrt(finite) * std::hypot(from.mean, from.std);
  }
  tensor.recorded = stats;
  return tensor;
}

}  // namespace

bool looks_like_baseline(ByteView bytes) {
  return as_text(bytes).starts_with(kBaselineMagic);
}

BaselineFile parse_baseline(const FileBytes& file, Problems& problems) {
  BaselineFile out;
  parse(file, out, problems,
        [&](BaselineTensor&& tensor) { out.tensors.push_back(std::move(tensor)); });
  return out;
}

std::unique_ptr<ir::TensorFile> read_baseline(const std::shared_ptr<const FileBytes>& file) {
  auto out = std::make_unique<ir::TensorFile>(file, Kind::kBaseline);
  ir::RecordTable quantiles = quantile_table();
  BaselineFile head;
  const uint64_t known = parse(*file, head, out->problems, [&](const BaselineTensor& tensor) {
    out->tensors.push_back(as_stored(tensor));
    if (!tensor.quantiles.empty()) quantiles.rows.push_back(quantile_row(tensor));
  });
  out->byte_map.add(0, known, "baseline");
  out->account = out->byte_map.account(file->bytes());
  out->version = std::to_string(kBaselineVersion);
  out->attrs = {{"seed", std::to_string(head.seed)},
                {"most values of a tensor", std::to_string(head.most_values)}};
  if (!quantiles.rows.empty()) out->records.push_back(std::move(quantiles));
  return out;
}

}  // namespace omscope::tensorfile
