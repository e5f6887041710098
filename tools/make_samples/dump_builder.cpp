#include "make_samples/dump_builder.h"

#include <bit>
#include <cstring>

#include "dump_data.pb.h"
#include "make_samples/om_builder.h"

namespace omscope::samples {
namespace {

namespace pb = omscope::dump_data;

std::string u16(uint16_t value) {
  return u32(value).substr(0, 2);
}

uint64_t size_of(const DumpTensor& tensor) {
  return tensor.size.value_or(tensor.payload.size());
}

template <class Message>
void fill(const DumpTensor& tensor, bool embed, Message& out) {
  out.set_data_type(tensor.dtype);
  out.set_format(static_cast<int32_t>(tensor.format));
  for (const uint64_t dim : tensor.shape) out.mutable_shape()->add_dim(dim);
  for (const uint64_t dim : tensor.origin_shape) out.mutable_original_shape()->add_dim(dim);
  out.set_size(size_of(tensor));
  out.set_sub_format(tensor.groups);
  out.set_address(tensor.address);
  if (embed) out.set_data(tensor.payload);
}

std::string nano_entry(const DumpTensor& tensor, bool is_output) {
  const auto word = [](int64_t value) { return u32(static_cast<uint32_t>(value)); };
  std::string subs;
  const auto add_shape = [&](uint32_t tag, const std::vector<uint64_t>& dims) {
    subs += u32(tag) + u32(static_cast<uint32_t>(8 * dims.size()));
    for (const uint64_t dim : dims) subs += u64(dim);
  };
  add_shape(0, tensor.shape);
  if (!tensor.origin_shape.empty()) add_shape(1, tensor.origin_shape);
  if (!tensor.origin_op.empty()) {
    subs += u32(2) + u32(static_cast<uint32_t>(tensor.origin_op.size())) + tensor.origin_op;
  }
  std::string entry = word(tensor.dtype) + word(tensor.format) + word(3);
  if (is_output) entry += word(0) + word(tensor.dtype) + word(tensor.format);
  entry += u64(tensor.address) + u64(0) + u64(size_of(tensor));
  return entry + u32(static_cast<uint32_t>(subs.size())) + subs;
}

std::string nano_tlv(uint32_t tag, const std::vector<DumpTensor>& tensors) {
  std::string value = u32(static_cast<uint32_t>(tensors.size()));
  for (const DumpTensor& tensor : tensors) value += nano_entry(tensor, tag == 5);
  return u32(tag) + u32(static_cast<uint32_t>(value.size())) + value;
}

void put(std::string& bytes, size_t at, const std::string& part) {
  bytes.replace(at, part.size(), part);
}

}  // namespace

DumpBuilder& DumpBuilder::version(std::string version) {
  version_ = std::move(version);
  return *this;
}
DumpBuilder& DumpBuilder::time(uint64_t microseconds) {
  time_ = microseconds;
  return *this;
}
DumpBuilder& DumpBuilder::input(DumpTensor tensor) {
  inputs_.push_back(std::move(tensor));
  return *this;
}
DumpBuilder& DumpBuilder::output(DumpTensor tensor) {
  outputs_.push_back(std::move(tensor));
  return *this;
}
DumpBuilder& DumpBuilder::buffer(std::string bytes) {
  buffers_.push_back(std::move(bytes));
  return *this;
}
DumpBuilder& DumpBuilder::space(std::string bytes) {
  spaces_.push_back(std::move(bytes));
  return *this;
}
DumpBuilder& DumpBuilder::attr(std::string name, std::string value) {
  attrs_.emplace_back(std::move(name), std::move(value));
  return *this;
}
DumpBuilder& DumpBuilder::dfx_message(std::string text) {
  dfx_message_ = std::move(text);
  return *this;
}

std::string DumpBuilder::message(bool embed) const {
  pb::DumpData data;
  data.set_version(embed ? "1.0" : version_);
  data.set_dump_time(time_);
  data.set_op_name(op_name_);
  data.set_dfx_message(dfx_message_);
  for (const DumpTensor& tensor : inputs_) {
    pb::OpInput& input = *data.add_input();
    fill(tensor, embed, input);
    input.set_input_type(tensor.input_type);
  }
  for (const DumpTensor& tensor : outputs_) {
    pb::OpOutput& output = *data.add_output();
    fill(tensor, embed, output);
    if (!tensor.origin_op.empty()) output.mutable_original_op()->set_name(tensor.origin_op);
  }
  for (const std::string& bytes : buffers_) {
    pb::OpBuffer& buffer = *data.add_buffer();
    buffer.set_size(bytes.size());
    if (embed) buffer.set_data(bytes);
  }
  for (const std::string& bytes : spaces_) {
    pb::Workspace& space = *data.add_space();
    space.set_size(bytes.size());
    if (embed) space.set_data(bytes);
  }
  for (const auto& [name, value] : attrs_) {
    pb::OpAttr& attr = *data.add_attr();
    attr.set_name(name);
    attr.set_value(value);
  }
  return data.SerializeAsString();
}

std::string DumpBuilder::build() const {
  const std::string head = message(false);
  std::string file = u64(head.size()) + head;
  for (const DumpTensor& tensor : inputs_) file += tensor.payload;
  for (const DumpTensor& tensor : outputs_) file += tensor.payload;
  for (const std::string& bytes : buffers_) file += bytes;
  for (const std::string& bytes : spaces_) file += bytes;
  return file;
}

std::string DumpBuilder::build_v1() const {
  return message(true);
}

DumpTensor float_tensor(const std::vector<float>& values) {
  DumpTensor tensor;
  tensor.shape = {values.size()};
  for (const float value : values) tensor.payload += u32(std::bit_cast<uint32_t>(value));
  return tensor;
}

std::string old_overflow(uint64_t dha_status, uint64_t l2_status, uint64_t core_status) {
  std::string payload(2048, '\0');
  const auto record = [&](size_t at) {
    put(payload, at, u64(1) + u64(5) + u64(4) + u64(0) + u64(0xABC0) + u64(0xDEF0));
  };
  for (const size_t at : {size_t{0}, size_t{128}, size_t{256}}) record(at);
  put(payload, 512, u64(dha_status));
  put(payload, 768, u64(l2_status));
  put(payload, 1024, u64(0xABC0) + u64(2) + u64(core_status));
  return payload;
}

std::string new_overflow(uint32_t version, uint32_t unit, const std::vector<uint64_t>& fields) {
  std::string payload(2048, '\0');
  std::string record = u32(0x5A5A5A5A) + u32(version) + u32(1) + u32(unit) + u32(0) +
                       u32(static_cast<uint32_t>(8 * fields.size()));
  for (const uint64_t field : fields) record += u64(field);
  put(payload, 0, record);
  return payload;
}

std::string overflow_dump(const std::string& payload) {
  DumpTensor record;
  record.dtype = 4;
  record.shape = {payload.size()};
  record.payload = payload;
  return DumpBuilder("Node_OpDebug").output(record).build();
}

std::string nano_dump(const std::vector<DumpTensor>& inputs,
                      const std::vector<DumpTensor>& outputs) {
  const std::string head = u32(0x5A5A5A5A) + u32(0) + nano_tlv(4, inputs) + nano_tlv(5, outputs);
  std::string file = u64(head.size()) + head;
  for (const DumpTensor& tensor : inputs) file += tensor.payload;
  for (const DumpTensor& tensor : outputs) file += tensor.payload;
  return file;
}

std::string u32_words(const std::vector<uint32_t>& words) {
  std::string bytes;
  for (const uint32_t word : words) bytes += u32(word);
  return bytes;
}

std::string kernel_record_tlv(uint32_t type, const std::string& value) {
  return u32(type) + u32(static_cast<uint32_t>(value.size())) + value;
}

std::string printf_value(const std::string& format,
                         const std::vector<std::optional<uint64_t>>& slots,
                         const std::vector<std::string>& texts) {
  uint64_t end = 8 * (slots.size() + 1);
  std::string value = u64(end);
  std::string behind = format + '\0';
  size_t text = 0;
  for (size_t i = 0; i < slots.size(); ++i) {
    if (slots[i]) {
      value += u64(*slots[i]);
      continue;
    }
    value += u64(end + behind.size() - 8 * (i + 1));
    behind += texts.at(text++) + '\0';
  }
  value += behind;
  value.resize((value.size() + 7) / 8 * 8);
  return value;
}

std::string printf_block(uint32_t core, uint8_t core_kind, const std::string& records,
                         uint32_t length) {
  const auto used = static_cast<uint32_t>(48 + records.size());
  std::string block = u32(length) + u32(core) + u32(2) + u32(length - used) + u32(0x5AA5BCCD) +
                      u32(0) + u64(0x12C200000000);
  block += u32(5) + u32(8) + u16(2) + static_cast<char>(core_kind) + '\0' + u32(0) + records;
  block.resize(length);
  return block;
}

std::string kernel_data(uint32_t core, const std::string& records) {
  return u32(0x100000) + u32(core) + u32(8) + u32(0) + u16(0xAE86) + u16(1) + u32(0) +
         u64(0x12C200000000) + u64(0) + u64(0) + u64(0) + records;
}

std::string atb_tensor(int dtype, const std::string& dims, const std::string& payload) {
  const std::string size = std::to_string(payload.size());
  return "$Version=1.0\n$Object.Count=1\n$Object.Length=" + size +
         "\nformat=2\ndtype=" + std::to_string(dtype) + "\ndims=" + dims + "\ndata=0," + size +
         "\n$End=1\n" + payload;
}

std::string raw_stats() {
  std::string packet(6496, '\0');
  put(packet, 0, u32(1) + u32(0) + u64(0x7F));
  std::string record(648, '\0');
  put(record, 0, u64(16) + u32(1) + u32(2) + u32(2) + u32(2) + u32(2));
  put(record, 124, u32(7));
  const auto real = [](float value) { return u64(std::bit_cast<uint32_t>(value)); };
  put(record, 128, real(2.5F) + real(-1.25F) + real(0.5F) + u64(1) + u64(2) + u64(3) + real(4));
  put(packet, 16, record);
  return packet;
}

}  // namespace omscope::samples
