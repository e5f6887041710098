#include "omscope/formats/dump/payloads.h"

#include <algorithm>
#include <limits>

#include <fmt/format.h>

#include "omscope/formats/dump/fit_shape.h"

namespace omscope::dump {
namespace {

constexpr uint64_t kFourGiB = uint64_t{1} << 32U;

/// Adds up without overflow: what no file can hold stays the largest number there is.
uint64_t add(uint64_t sum, uint64_t size) {
  const uint64_t room = std::numeric_limits<uint64_t>::max() - sum;
  return sum + std::min(size, room);
}

bool has_null_address(const RawTensor& raw) {
  const bool has_address = raw.part == Part::kInput || raw.part == Part::kOutput;
  return has_address && raw.address == 0 && raw.tensor.size > 0;
}

class Placer {
 public:
  Placer(Message& message, uint64_t begin, uint64_t file_size, Problems& problems)
      : message_(message), begin_(begin), file_size_(file_size), problems_(problems) {}

  Placed place() {
    std::vector<uint64_t> sizes = sizes_in_header();
    const uint64_t end = end_of(sizes);
    if (end > file_size_) {
      const uint64_t missing = end - file_size_;
      if (leaves_out_null_addresses(missing)) {
        leave_out_null_addresses(sizes);
      } else if (is_narrowed(missing)) {
        narrow(sizes);
      }
    }
    return put(sizes);
  }

 private:
  std::vector<uint64_t> sizes_in_header() const {
    std::vector<uint64_t> sizes;
    sizes.reserve(message_.tensors.size());
    for (const RawTensor& raw : message_.tensors) sizes.push_back(raw.tensor.size);
    return sizes;
  }

  uint64_t end_of(const std::vector<uint64_t>& sizes) const {
    uint64_t end = begin_;
    for (const uint64_t size : sizes) end = add(end, size);
    return end;
  }

  /// Only where some tensor has an address: exception dumps set none, and write all.
  bool leaves_out_null_addresses(uint64_t missing) const {
    uint64_t left_out = 0;
    bool has_addresses = false;
    for (const RawTensor& raw : message_.tensors) {
      has_addresses = has_addresses || raw.address != 0;
      if (has_null_address(raw)) left_out = add(left_out, raw.tensor.size);
    }
    return !message_.is_exception && has_addresses && left_out == missing;
  }

  void leave_out_null_addresses(std::vector<uint64_t>& sizes) {
    for (size_t i = 0; i < sizes.size(); ++i) {
      RawTensor& raw = message_.tensors[i];
      if (!has_null_address(raw)) continue;
      sizes[i] = 0;
      raw.tensor.payload = ir::Payload::kNotWritten;
      add_note(raw.tensor, "null address: not written");
      problems_.warning(Code::kBadLength, raw.offset, raw.tensor.name,
                        fmt::format("has address 0: its {} bytes were not written by the device",
                                    raw.tensor.size));
    }
  }

  /// A length of 32 bits in the writer of exception dumps, which set no address. A file that holds
  /// nothing of a big tensor was rather cut, unless it surely is an exception dump.
  bool is_narrowed(uint64_t missing) const {
    uint64_t lost = 0;
    bool has_rest = false;
    for (const RawTensor& raw : message_.tensors) {
      if (raw.address != 0) return false;
      const uint64_t rest = raw.tensor.size % kFourGiB;
      has_rest = has_rest || (raw.tensor.size >= kFourGiB && rest > 0);
      lost = add(lost, raw.tensor.size - rest);
    }
    return lost > 0 && lost == missing && (has_rest || message_.is_exception);
  }

  void narrow(std::vector<uint64_t>& sizes) {
    for (size_t i = 0; i < sizes.size(); ++i) {
      if (sizes[i] < kFourGiB) continue;
      RawTensor& raw = message_.tensors[i];
      sizes[i] %= kFourGiB;
      raw.tensor.payload = ir::Payload::kCut;
      add_note(raw.tensor, "its length was narrowed to 32 bits when it was written");
      problems_.warning(Code::kBadLength, raw.offset, raw.tensor.name,
                        fmt::format("{} of its {} bytes were written: the writer narrows lengths "
                                    "to 32 bits",
                                    sizes[i], raw.tensor.size));
    }
  }

  Placed put(const std::vector<uint64_t>& sizes) {
    Placed placed;
    placed.stored.reserve(sizes.size());
    uint64_t at = begin_;
    for (size_t i = 0; i < sizes.size(); ++i) {
      RawTensor& raw = message_.tensors[i];
      const uint64_t left = at < file_size_ ? file_size_ - at : 0;
      placed.stored.push_back(std::min(sizes[i], left));
      raw.tensor.offset = raw.tensor.payload == ir::Payload::kNotWritten ? 0 : at;
      if (sizes[i] > left) {
        raw.tensor.payload = ir::Payload::kCut;
        problems_.error(Code::kTruncated, std::min(at, file_size_), raw.tensor.name,
                        fmt::format("wants {} bytes, {} are left; the copy was cut, get it again",
                                    sizes[i], left));
      }
      at = add(at, sizes[i]);
    }
    placed.end = at;
    return placed;
  }

  Message& message_;
  uint64_t begin_;
  uint64_t file_size_;
  Problems& problems_;
};

}  // namespace

Placed place_payloads(Message& message, uint64_t begin, uint64_t file_size, Problems& problems) {
  return Placer(message, begin, file_size, problems).place();
}

}  // namespace omscope::dump
