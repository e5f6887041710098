// Offline model files, byte by byte: for samples, tests and fuzzers' seeds.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace omscope::samples {

/// Builds a file of the IMOD family. Sound by default; tests bend it where they need to:
///
///     OmBuilder().version2().partition(0, model_def).partition(1, weights).build()
///     OmBuilder().partition(0, model_def).truncated_at(0x118).build()
class OmBuilder {
 public:
  /// Header of 2018–2021, 32-bit table (the default).
  OmBuilder& version1();
  /// Header since 2020; 32-bit table until `wide`.
  OmBuilder& version2();
  /// 64-bit table and model_length, as since 2023.
  OmBuilder& wide();
  OmBuilder& name(std::string name);
  OmBuilder& modeltype(uint8_t type);
  OmBuilder& platform(uint8_t type, std::string version);
  OmBuilder& encrypted();

  OmBuilder& partition(uint32_t type, std::string content);
  /// What follows belongs to a further table.
  OmBuilder& next_table();

  // Damage, applied to the finished file in this order.
  OmBuilder& patched(uint64_t offset, std::string bytes);
  OmBuilder& truncated_at(uint64_t size);

  std::string build() const;

  /// Where partition `index` of table 0 starts in the finished file.
  uint64_t partition_offset(size_t index) const;

 private:
  struct Partition {
    uint32_t type;
    std::string content;
  };
  struct Patch {
    uint64_t offset;
    std::string bytes;
  };

  uint64_t table_size(size_t partitions) const;
  std::string body() const;
  std::string header(uint64_t body_size) const;

  uint32_t version_ = 0x10000000;
  bool wide_ = false;
  std::string name_ = "model";
  uint8_t modeltype_ = 0;
  uint8_t platform_type_ = 1;
  std::string platform_version_ = "1.11.z.0";
  bool encrypted_ = false;
  std::vector<std::vector<Partition>> tables_ = {{}};
  std::vector<Patch> patches_;
  uint64_t truncated_at_ = UINT64_MAX;
};

/// A kernel store record (TBE_KERNELS, CUST_AICPU_KERNELS).
std::string kernel_record(const std::string& name, const std::string& binary);

/// A little-endian number as bytes.
std::string u32(uint32_t value);
std::string u64(uint64_t value);

}  // namespace omscope::samples
