#include "make_samples/om_builder.h"

#include <algorithm>
#include <cstring>

namespace omscope::samples {
namespace {

constexpr size_t kHeaderSize = 256;

template <class T>
std::string little_endian(T value) {
  std::string out(sizeof(T), '\0');
  std::memcpy(out.data(), &value, sizeof(T));
  return out;
}

}  // namespace

std::string u32(uint32_t value) {
  return little_endian(value);
}
std::string u64(uint64_t value) {
  return little_endian(value);
}

OmBuilder& OmBuilder::version1() {
  version_ = 0x10000000;
  return *this;
}

OmBuilder& OmBuilder::version2() {
  version_ = 0x20000000;
  return *this;
}

OmBuilder& OmBuilder::wide() {
  wide_ = true;
  return *this;
}

OmBuilder& OmBuilder::name(std::string name) {
  name_ = std::move(name);
  return *this;
}

OmBuilder& OmBuilder::modeltype(uint8_t type) {
  modeltype_ = type;
  return *this;
}

OmBuilder& OmBuilder::platform(uint8_t type, std::string version) {
  platform_type_ = type;
  platform_version_ = std::move(version);
  return *this;
}

OmBuilder& OmBuilder::encrypted() {
  encrypted_ = true;
  return *this;
}

OmBuilder& OmBuilder::partition(uint32_t type, std::string content) {
  tables_.back().push_back({type, std::move(content)});
  return *this;
}

OmBuilder& OmBuilder::next_table() {
  tables_.emplace_back();
  return *this;
}

OmBuilder& OmBuilder::patched(uint64_t offset, std::string bytes) {
  patches_.push_back({offset, std::move(bytes)});
  return *this;
}

OmBuilder& OmBuilder::truncated_at(uint64_t size) {
  truncated_at_ = size;
  return *this;
}

uint64_t OmBuilder::table_size(size_t partitions) const {
  return wide_ ? 8 + 24 * partitions : 4 + 12 * partitions;
}

uint64_t OmBuilder::partition_offset(size_t index) const {
  uint64_t offset = kHeaderSize + table_size(tables_[0].size());
  for (size_t i = 0; i < index; ++i) offset += tables_[0][i].content.size();
  return offset;
}

std::string OmBuilder::body() const {
  std::string out;
  for (const auto& table : tables_) {
    const auto count = static_cast<uint32_t>(table.size());
    out += wide_ ? u32(count) + u32(0) : u32(count);
    uint64_t offset = 0;
    for (const Partition& partition : table) {
      const uint64_t size = partition.content.size();
      out += wide_ ? u32(partition.type) + u32(0) + u64(offset) + u64(size)
                   : u32(partition.type) + u32(static_cast<uint32_t>(offset)) +
                         u32(static_cast<uint32_t>(size));
      offset += size;
    }
    for (const Partition& partition : table) out += partition.content;
  }
  return out;
}

std::string OmBuilder::header(uint64_t body_size) const {
  std::string out(kHeaderSize, '\0');
  const auto put = [&](size_t at, const std::string& bytes) {
    out.replace(at, bytes.size(), bytes);
  };
  const bool second = version_ >= 0x20000000;
  put(0, "IMOD" + u32(kHeaderSize) + u32(version_));
  if (!wide_) put(76, u32(static_cast<uint32_t>(body_size)));
  out[80] = encrypted_ ? 1 : 0;
  out[82] = static_cast<char>(modeltype_);
  put(84, name_.substr(0, 32));
  put(152, u32(2));
  if (second) put(156, u32(static_cast<uint32_t>(tables_.size())));
  put(second ? 160 : 156, platform_version_.substr(0, 20));
  out[second ? 180 : 176] = static_cast<char>(platform_type_);
  if (wide_) put(184, u64(body_size));
  return out;
}

std::string OmBuilder::build() const {
  const std::string content = body();
  std::string out = header(content.size()) + content;
  for (const Patch& patch : patches_) {
    const size_t size =
        std::min(patch.bytes.size(), out.size() - std::min(out.size(), patch.offset));
    out.replace(patch.offset, size, patch.bytes, 0, size);
  }
  if (truncated_at_ < out.size()) out.resize(truncated_at_);
  return out;
}

std::string kernel_record(const std::string& name, const std::string& binary) {
  return u32(0x5D776EFD) + u32(static_cast<uint32_t>(name.size())) +
         u32(static_cast<uint32_t>(binary.size())) + name + binary;
}

}  // namespace omscope::samples
