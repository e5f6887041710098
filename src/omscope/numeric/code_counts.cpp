#include "omscope/numeric/code_counts.h"

#include <algorithm>

#include "omscope/numeric/blocks.h"

namespace omscope::numeric {
namespace {

using tensor::CodeTable;

/// Equal codes in a row would wait for each other in one table.
constexpr size_t kTables = 4;

void count_bytes(const std::byte* at, size_t size, CodeCounts& counts) {
  std::array<std::array<uint32_t, 256>, kTables> tables{};
  size_t i = 0;
  for (; i + 8 <= size; i += 8) {
    const auto eight = load_le<uint64_t>(at + i);
    for (unsigned byte = 0; byte < 8; ++byte) {
      ++tables[byte % kTables][(eight >> (8 * byte)) & 0xFFU];
    }
  }
  for (; i < size; ++i) ++tables[0][static_cast<uint8_t>(at[i])];
  for (size_t code = 0; code < counts.size(); ++code) {
    for (const auto& table : tables) counts[code] += table[code];
  }
}

CodeCounts add(CodeCounts a, const CodeCounts& b) {
  for (size_t code = 0; code < a.size(); ++code) a[code] += b[code];
  return a;
}

CodeCounts count_all_bytes(ByteView bytes) {
  return reduce_chunks<CodeCounts>(
      bytes.size(),
      [&](uint64_t first, uint64_t size, CodeCounts& counts) {
        read_ahead(bytes.subspan(first, size));
        count_bytes(bytes.data() + first, size, counts);
      },
      [](CodeCounts& a, const CodeCounts& b) { a = add(a, b); });
}

void count_packed(const CodeTable& table, ByteView bytes, uint64_t first, uint64_t size,
                  CodeCounts& counts) {
  std::array<uint8_t, 1024> block;
  for (uint64_t done = 0; done < size; done += block.size()) {
    const size_t some = std::min<uint64_t>(block.size(), size - done);
    tensor::unpack_codes(table, bytes, first + done, std::span(block).first(some));
    for (size_t i = 0; i < some; ++i) ++counts[block[i]];
  }
}

/// Codes of one, two and four bits: each byte value stands for several.
CodeCounts split_bytes(const CodeTable& table, const CodeCounts& bytes) {
  CodeCounts counts{};
  for (unsigned value = 0; value < bytes.size(); ++value) {
    for (unsigned shift = 0; shift < 8; shift += table.bits) {
      counts[(value >> shift) & (table.codes() - 1)] += bytes[value];
    }
  }
  return counts;
}

}  // namespace

CodeCounts count_codes(const CodeTable& table, ByteView bytes, uint64_t count) {
  if (table.bits == 8) return count_all_bytes(bytes.first(count));
  if (8 % table.bits == 0) {
    const uint64_t whole = count * table.bits / 8;
    const uint64_t in_whole = whole * (8 / table.bits);
    CodeCounts counts = split_bytes(table, count_all_bytes(bytes.first(whole)));
    count_packed(table, bytes, in_whole, count - in_whole, counts);
    return counts;
  }
  return reduce_chunks<CodeCounts>(
      count,
      [&](uint64_t first, uint64_t size, CodeCounts& counts) {
        count_packed(table, bytes, first, size, counts);
      },
      [](CodeCounts& a, const CodeCounts& b) { a = add(a, b); });
}

}  // namespace omscope::numeric
