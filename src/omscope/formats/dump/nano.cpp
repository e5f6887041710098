#include "omscope/formats/dump/nano.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "omscope/core/byte_cursor.h"
#include "omscope/formats/dump/fit_shape.h"
#include "omscope/formats/dump/numbers.h"
#include "omscope/formats/dump/payloads.h"

namespace omscope::dump {
namespace {

constexpr uint32_t kMagic = 0x5A5A5A5A;
constexpr uint64_t kLengthWord = 8;
constexpr uint64_t kFixedHead = 8;
constexpr uint32_t kInputs = 4;
constexpr uint32_t kOutputs = 5;
constexpr uint64_t kInputSize = 40;
constexpr uint64_t kOutputSize = 52;

constexpr std::array<std::string_view, 6> kAddressTypes = {
    "", "no-tiling address", "raw address", "nano input/output", "nano weight", "nano workspace"};

/// Fields of which all bytes are known to be there.
class Fields {
 public:
  explicit Fields(ByteView bytes) : bytes_(bytes) {}
  template <class T>
  T next() {
    const T value = load_le<T>(bytes_.data());
    bytes_ = bytes_.subspan(sizeof(T));
    return value;
  }

 private:
  ByteView bytes_;
};

class HeadReader {
 public:
  HeadReader(const std::string& path, DumpHeader& header) : path_(path), header_(header) {}

  Message read(ByteView head) {
    ByteCursor cursor(path_, head, kLengthWord);
    const auto magic = cursor.read<uint32_t>("magic");
    const auto version = cursor.read<uint32_t>("version");
    if (!magic || !version) return std::move(message_);
    header_.version = fmt::format("{}", *version);
    while (!cursor.at_end() && read_tlv(cursor)) {
    }
    return std::move(message_);
  }

 private:
  bool fail(Problem problem) {
    header_.problems.add(std::move(problem));
    return false;
  }

  bool read_tlv(ByteCursor& cursor) {
    const auto tag = cursor.read<uint32_t>("tag");
    if (!tag) return fail(tag.error());
    const auto length = cursor.read<uint32_t>("length of TLV");
    if (!length) return fail(length.error());
    auto value = cursor.take_cursor(*length, fmt::format("TLV {}", *tag));
    if (!value) return fail(value.error());
    if (*tag == kInputs) return read_tensors(*value, Part::kInput);
    if (*tag == kOutputs) return read_tensors(*value, Part::kOutput);
    return true;
  }

  bool read_tensors(ByteCursor& cursor, Part part) {
    const bool is_input = part == Part::kInput;
    const std::string_view what = is_input ? "input" : "output";
    const uint64_t smallest = is_input ? kInputSize : kOutputSize;
    const auto count = cursor.read_count<uint32_t>(fmt::format("{} count", what), smallest);
    if (!count) return fail(count.error());
    for (uint32_t i = 0; i < *count && message_.tensors.size() < kMostTensors; ++i) {
      if (!read_tensor(cursor, part, fmt::format("{}:{}", what, i))) return false;
    }
    return true;
  }

  bool read_tensor(ByteCursor& cursor, Part part, const std::string& name) {
    RawTensor raw;
    raw.part = part;
    raw.offset = cursor.offset();
    raw.tensor.name = name;
    const auto fixed = cursor.take(part == Part::kInput ? kInputSize : kOutputSize, name);
    if (!fixed) return fail(fixed.error());
    Fields fields(*fixed);
    raw.tensor.dtype_number = fields.next<int32_t>();
    raw.tensor.dtype = dtype_from_ge(raw.tensor.dtype_number);
    raw.tensor.format = layout_from_number(fields.next<int32_t>());
    const auto address_type = fields.next<int32_t>();
    if (part == Part::kOutput) {
      raw.tensor.origin_index = fields.next<int32_t>();
      (void)fields.next<int32_t>();  // data type before compilation
      raw.tensor.origin_format = layout_from_number(fields.next<int32_t>());
    }
    raw.address = fields.next<uint64_t>();
    (void)fields.next<uint64_t>();  // offset in the device's memory
    raw.tensor.size = fields.next<uint64_t>();
    note_address_type(raw.tensor, address_type);
    auto subs = cursor.take_cursor(fields.next<uint32_t>(), name);
    const bool sound = subs.ok() ? read_subs(*subs, raw) : fail(subs.error());
    message_.tensors.push_back(std::move(raw));
    return sound;
  }

  static void note_address_type(ir::StoredTensor& tensor, int32_t type) {
    if (type == 0) return;
    const auto index = static_cast<size_t>(type);
    add_note(tensor, type > 0 && index < kAddressTypes.size()
                         ? std::string(kAddressTypes.at(index))
                         : fmt::format("address type {}", type));
  }

  bool read_subs(ByteCursor& cursor, RawTensor& raw) {
    while (!cursor.at_end()) {
      const auto tag = cursor.read<uint32_t>(raw.tensor.name);
      if (!tag) return fail(tag.error());
      const auto length = cursor.read<uint32_t>(raw.tensor.name);
      if (!length) return fail(length.error());
      const auto value = cursor.take(*length, raw.tensor.name);
      if (!value) return fail(value.error());
      if (*tag == 0) read_dims(*value, raw.dims);
      if (*tag == 1) {
        raw.has_origin_dims = true;
        read_dims(*value, raw.origin_dims);
      }
      if (*tag == 2) {
        const std::string_view text = as_text(*value);
        raw.tensor.origin_op = text.substr(0, text.find('\0'));
      }
    }
    return true;
  }

  static void read_dims(ByteView bytes, std::vector<uint64_t>& dims) {
    for (size_t at = 0; bytes.size() - at >= 8 && dims.size() <= kMostDims; at += 8) {
      dims.push_back(load_le<uint64_t>(bytes.data() + at));
    }
  }

  const std::string& path_;
  DumpHeader& header_;
  Message message_;
};

void warn_of_unknown(RawTensor& raw, Problems& problems) {
  constexpr int64_t kUndefined = 28;
  if (raw.tensor.dtype != DType::kUndefined || raw.tensor.dtype_number == kUndefined) return;
  add_note(raw.tensor, fmt::format("data type {}", raw.tensor.dtype_number));
  problems.warning(Code::kBadValue, raw.offset, raw.tensor.name,
                   fmt::format("data type {} is not known; its bytes are kept as they are",
                               raw.tensor.dtype_number));
}

}  // namespace

bool looks_like_nano(ByteView start, uint64_t file_size) {
  constexpr uint64_t kLook = kLengthWord + 4;
  return start.size() >= kLook && file_size >= kLook &&
         load_le<uint32_t>(start.data() + kLengthWord) == kMagic &&
         load_le<uint64_t>(start.data()) >= kFixedHead;
}

DumpHeader parse_nano_header(const std::string& path, uint64_t file_size, const Fetch& fetch) {
  DumpHeader header(path);
  header.kind = Kind::kDumpNano;
  const ByteView word = fetch(0, kLengthWord);
  if (word.size() < kLengthWord) return header;
  const auto length = load_le<uint64_t>(word.data());
  const uint64_t left = file_size - kLengthWord;
  if (length > left) {
    header.problems.error(
        Code::kTruncated, 0, "head length",
        fmt::format("wants {} bytes, {} are left; the copy was cut, get it again", length, left));
  }
  const ByteView head = fetch(kLengthWord, std::min(length, left));
  header.headers = {{0, kLengthWord, "head length"}, {kLengthWord, head.size(), "head"}};
  Message message = HeadReader(path, header).read(head);
  const uint64_t begin = length > left ? file_size : kLengthWord + length;
  const Placed placed = place_payloads(message, begin, file_size, header.problems);
  for (size_t i = 0; i < message.tensors.size(); ++i) {
    RawTensor& raw = message.tensors[i];
    warn_of_unknown(raw, header.problems);
    const ir::Payload there = raw.tensor.payload;
    fit_shape(raw.tensor, raw.dims, header.problems, raw.offset);
    if (there != ir::Payload::kComplete) raw.tensor.payload = there;
    if (raw.has_origin_dims) set_origin_shape(raw.tensor, raw.origin_dims);
    header.tensors.push_back(std::move(raw.tensor));
  }
  header.stored = placed.stored;
  if (placed.end < file_size) {
    header.problems.error(Code::kUnexplainedBytes, placed.end, "payloads",
                          fmt::format("{} bytes more than the head lists; such a file is damaged",
                                      file_size - placed.end));
  }
  return header;
}

}  // namespace omscope::dump
