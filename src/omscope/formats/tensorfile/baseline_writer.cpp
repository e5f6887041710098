#include <bit>

#include "omscope/core/checksum.h"
#include "omscope/formats/tensorfile/baseline_file.h"

namespace omscope::tensorfile {
namespace {

template <class T>
void put(std::string& out, T value, size_t bytes = sizeof(T)) {
  for (size_t i = 0; i < bytes; ++i) {
    out += static_cast<char>(static_cast<uint64_t>(value) >> (8 * i) & 0xFFU);
  }
}

void put_text(std::string& out, std::string_view text) {
  put(out, static_cast<uint32_t>(text.size()));
  out += text;
}

void put_real(std::string& out, double value) {
  put(out, std::bit_cast<uint64_t>(value));
}

void put_varint(std::string& out, uint64_t value) {
  for (; value >= 0x80U; value >>= 7U) out += static_cast<char>((value & 0x7FU) | 0x80U);
  out += static_cast<char>(value);
}

std::string record_of(const BaselineTensor& tensor) {
  std::string out;
  const std::string dtype(tensor.dtype == DType::kUndefined ? std::string_view{}
                                                            : to_string(tensor.dtype));
  for (const std::string* text :
       {&tensor.op, &tensor.op_type, &tensor.tensor, &tensor.file, &tensor.folder, &tensor.layout,
        &dtype, &tensor.model, &tensor.step, &tensor.rank, &tensor.device}) {
    put_text(out, *text);
  }
  put(out, (tensor.from_file_name ? kFromFileName : 0U) | (tensor.test_data ? kTestData : 0U),
      sizeof(uint8_t));
  put(out, static_cast<uint8_t>(tensor.shape.size()));
  for (const int64_t dim : tensor.shape) put(out, dim);
  for (const uint64_t each :
       {tensor.count, tensor.nan, tensor.pos_inf, tensor.neg_inf, tensor.zeros}) {
    put(out, each);
  }
  for (const double each : {tensor.min, tensor.max, tensor.mean, tensor.std}) put_real(out, each);
  put(out, static_cast<uint16_t>(tensor.quantiles.size()));
  for (const double each : tensor.quantiles) put_real(out, each);
  out += as_text(tensor.sha256);
  put(out, static_cast<uint32_t>(tensor.indices.size()));
  uint64_t before = 0;
  for (const uint64_t index : tensor.indices) {
    put_varint(out, index - before);
    before = index;
  }
  out += as_text(tensor.values);
  return out;
}

}  // namespace

void write_baseline(std::ostream& out, const BaselineFile& baseline) {
  std::string head(kBaselineMagic);
  put(head, kBaselineVersion);
  put(head, uint32_t{0});
  put(head, baseline.seed);
  put(head, baseline.most_values);
  put(head, static_cast<uint32_t>(baseline.tensors.size()));
  uint32_t checksum = 0;
  const auto add = [&](const std::string& bytes) {
    checksum = crc32_of(as_bytes(bytes), checksum);
    out << bytes;
  };
  add(head);
  for (const BaselineTensor& tensor : baseline.tensors) {
    const std::string record = record_of(tensor);
    std::string size;
    put(size, static_cast<uint32_t>(record.size()));
    add(size);
    add(record);
  }
  std::string end;
  put(end, checksum);
  out << end;
}

}  // namespace omscope::tensorfile
