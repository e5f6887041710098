#include "omscope/formats/dump/dump_message.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "omscope/formats/dump/fit_shape.h"
#include "omscope/formats/dump/numbers.h"
#include "omscope/formats/wire/wire_reader.h"

namespace omscope::dump {
namespace {

/// Where the two kinds of tensor messages keep the same things; 0: nowhere.
struct TensorFields {
  unsigned data, size, origin_shape, sub_format, address, origin_op, arg_index, input_type;
};
constexpr TensorFields kOutputFields = {5, 6, 7, 8, 9, 4, 12, 0};
constexpr TensorFields kInputFields = {4, 5, 6, 7, 8, 0, 10, 11};

constexpr std::array<std::string_view, 4> kPartNames = {"input", "output", "buffer", "space"};
constexpr size_t kMostAttrs = 10000;

class MessageReader {
 public:
  MessageReader(ByteView bytes, uint64_t offset, Problems& problems)
      : begin_(bytes.data()), offset_(offset), problems_(problems) {
    read(bytes);
    name_tensors();
  }

  Message take() { return std::move(message_); }

 private:
  uint64_t offset_of(const std::byte* at) const {
    return offset_ + static_cast<uint64_t>(at - begin_);
  }

  void check(const wire::Reader& reader, std::string_view what) {
    if (!reader.damaged()) return;
    problems_.error(Code::kBadProtobuf, offset_of(reader.field_start()), std::string(what),
                    "the message is damaged from here on; what stood before was read");
  }

  void read(ByteView bytes) {
    wire::Reader reader(bytes);
    while (reader.next_or_cut()) {
      switch (reader.tag()) {
        case wire::bytes(1): message_.version = reader.text(); break;
        case wire::varint(2): message_.time = reader.uint64(); break;
        case wire::bytes(3): add(Part::kOutput, reader); break;
        case wire::bytes(4): add(Part::kInput, reader); break;
        case wire::bytes(5): add(Part::kBuffer, reader); break;
        case wire::bytes(6): message_.op_name = reader.text(); break;
        case wire::bytes(7): add_attr(reader.payload()); break;
        case wire::bytes(8): add(Part::kSpace, reader); break;
        case wire::bytes(9):
          message_.dfx_message = reader.text();
          message_.is_exception = true;
          break;
        default: break;
      }
    }
    check(reader, "header");
  }

  void add(Part part, const wire::Reader& reader) {
    if (message_.tensors.size() >= kMostTensors) {
      if (!too_many_) {
        problems_.error(Code::kTooLarge, offset_of(reader.field_start()), "header",
                        fmt::format("lists more than {} tensors, which no op has; the rest was "
                                    "left out",
                                    kMostTensors));
      }
      too_many_ = true;
      return;
    }
    RawTensor& raw = message_.tensors.emplace_back();
    raw.part = part;
    raw.offset = offset_of(reader.field_start());
    switch (part) {
      case Part::kInput: read_tensor(reader.payload(), kInputFields, raw); break;
      case Part::kOutput: read_tensor(reader.payload(), kOutputFields, raw); break;
      case Part::kBuffer:
      case Part::kSpace: read_bytes_entry(reader.payload(), raw); break;
    }
  }

  void read_tensor(ByteView bytes, const TensorFields& fields, RawTensor& raw) {
    int64_t format = 0;
    uint64_t groups = 0;
    bool has_format = false;
    wire::Reader reader(bytes);
    while (reader.next_or_cut()) {
      const uint64_t number = reader.number();
      if ((reader.tag() & 7U) == static_cast<uint64_t>(wire::Type::kBytes)) {
        read_tensor_bytes(reader, fields, raw);
      } else if (number == 1) {
        raw.tensor.dtype_number = reader.int32();
      } else if (number == 2) {
        format = reader.uint32();
        has_format = true;
      } else if (number == fields.size) {
        raw.tensor.size = reader.uint64();
      } else if (number == fields.sub_format) {
        groups = reader.uint64();
      } else if (number == fields.address) {
        raw.address = reader.uint64();
      } else if (number == fields.arg_index) {
        message_.is_exception = true;
      } else if (fields.input_type != 0 && number == fields.input_type) {
        message_.is_exception = true;
        add_note(raw.tensor, kind_text(reader.uint64()));
      }
    }
    check(reader, kPartNames.at(static_cast<size_t>(raw.part)));
    raw.tensor.dtype = dtype_from_dump(raw.tensor.dtype_number);
    // proto3 does not write a zero: the number 0 is NCHW, stated or not. A tensor without dims and
    // dtype states no layout.
    const bool is_tensor = raw.tensor.dtype_number != 0 || !raw.dims.empty();
    if (has_format || is_tensor) set_format(raw.tensor, format, groups);
  }

  static std::string kind_text(uint64_t type) {
    const std::string_view known = argument_kind(type);
    return known.empty() ? fmt::format("argument kind {}", type) : std::string(known);
  }

  /// Exception dumps store the packed word; device dumps split it into format and sub_format.
  static void set_format(ir::StoredTensor& tensor, int64_t format, uint64_t groups) {
    tensor.format = layout_from_number(format);
    if (groups > 0 && groups <= UINT16_MAX && tensor.format.groups == 0) {
      tensor.format.groups = static_cast<uint16_t>(groups);
    }
    if (!tensor.format.known()) add_note(tensor, fmt::format("layout number {}", format));
  }

  void read_tensor_bytes(const wire::Reader& reader, const TensorFields& fields, RawTensor& raw) {
    const uint64_t number = reader.number();
    if (number == 3) {
      read_dims(reader.payload(), raw.dims);
    } else if (number == fields.data) {
      raw.data = reader.payload();
    } else if (number == fields.origin_shape) {
      raw.has_origin_dims = true;
      read_dims(reader.payload(), raw.origin_dims);
    } else if (fields.origin_op != 0 && number == fields.origin_op) {
      read_origin(reader.payload(), raw.tensor);
    }
  }

  /// One more than allowed is kept, so that `fit_shape` sees that there were too many.
  void read_dims(ByteView bytes, std::vector<uint64_t>& dims) {
    const auto add_dim = [&](uint64_t dim) {
      if (dims.size() <= kMostDims) dims.push_back(dim);
    };
    wire::Reader reader(bytes);
    while (reader.next()) {
      if (reader.tag() == wire::varint(1)) add_dim(reader.uint64());
      if (reader.tag() == wire::bytes(1) && !wire::for_each_varint(reader.payload(), add_dim)) {
        problems_.error(Code::kBadProtobuf, offset_of(reader.field_start()), "shape",
                        "the dims are damaged; the sound ones are kept");
      }
    }
    check(reader, "shape");
  }

  void read_origin(ByteView bytes, ir::StoredTensor& tensor) {
    wire::Reader reader(bytes);
    while (reader.next()) {
      switch (reader.tag()) {
        case wire::bytes(1): tensor.origin_op = reader.text(); break;
        case wire::varint(2): tensor.origin_index = reader.uint32(); break;
        case wire::varint(4): tensor.origin_format = layout_from_number(reader.uint32()); break;
        default: break;
      }
    }
    if (!tensor.origin_op.empty() && tensor.origin_index < 0) tensor.origin_index = 0;
    check(reader, "original_op");
  }

  /// OpBuffer and Workspace: type, data, size, and arg_index in exception dumps.
  void read_bytes_entry(ByteView bytes, RawTensor& raw) {
    wire::Reader reader(bytes);
    while (reader.next_or_cut()) {
      switch (reader.tag()) {
        case wire::bytes(2): raw.data = reader.payload(); break;
        case wire::varint(3): raw.tensor.size = reader.uint64(); break;
        case wire::varint(4): message_.is_exception = true; break;
        default: break;
      }
    }
    check(reader, kPartNames.at(static_cast<size_t>(raw.part)));
  }

  void add_attr(ByteView bytes) {
    if (message_.attrs.size() >= kMostAttrs) return;
    auto& [name, value] = message_.attrs.emplace_back();
    wire::Reader reader(bytes);
    while (reader.next()) {
      if (reader.tag() == wire::bytes(1)) name = reader.text();
      if (reader.tag() == wire::bytes(2)) value = reader.text();
    }
    check(reader, "attr");
  }

  void name_tensors() {
    std::stable_sort(message_.tensors.begin(), message_.tensors.end(),
                     [](const RawTensor& a, const RawTensor& b) { return a.part < b.part; });
    std::array<size_t, kPartNames.size()> next{};
    for (RawTensor& raw : message_.tensors) {
      const auto part = static_cast<size_t>(raw.part);
      raw.tensor.name = fmt::format("{}:{}", kPartNames.at(part), next.at(part)++);
      if (raw.tensor.dtype_number == 0 || raw.tensor.dtype != DType::kUndefined) continue;
      add_note(raw.tensor, fmt::format("data type {}", raw.tensor.dtype_number));
      problems_.warning(Code::kBadValue, raw.offset, raw.tensor.name,
                        fmt::format("data type {} is not known; its bytes are kept as they are",
                                    raw.tensor.dtype_number));
    }
  }

  const std::byte* begin_;
  uint64_t offset_;
  Problems& problems_;
  Message message_;
  bool too_many_ = false;
};

}  // namespace

Message read_message(ByteView bytes, uint64_t offset, Problems& problems) {
  return MessageReader(bytes, offset, problems).take();
}

bool starts_with_version(ByteView bytes) {
  const std::string_view text = as_text(bytes.first(std::min<size_t>(bytes.size(), 5)));
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  return text.size() == 5 && text.starts_with("\x0a\x03") && is_digit(text[2]) && text[3] == '.' &&
         is_digit(text[4]);
}

bool is_plain_message(ByteView bytes) {
  constexpr uint64_t kTime = 2;
  constexpr uint64_t kLast = 9;
  size_t fields = 0;
  wire::Reader reader(bytes);
  while (reader.next()) {
    const auto wanted = reader.number() == kTime ? wire::Type::kVarint : wire::Type::kBytes;
    if (reader.number() > kLast || reader.tag() != wire::tag(reader.number(), wanted)) return false;
    ++fields;
  }
  return fields > 0 && !reader.damaged();
}

}  // namespace omscope::dump
