#include "damage/mutations.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>
#include <iterator>
#include <set>

namespace omscope::test {
namespace {

using Random = std::mt19937_64;

/// A number below `end`, which is not zero.
uint64_t below(Random& random, uint64_t end) {
  return random() % end;
}

uint64_t place(const std::string& content, const std::vector<Span>& vital, bool only_vital,
               Random& random) {
  if (only_vital && !vital.empty()) {
    const Span& span = vital[below(random, vital.size())];
    if (span.size > 0 && span.offset < content.size()) {
      return span.offset + below(random, std::min(span.size, content.size() - span.offset));
    }
  }
  return below(random, content.size());
}

void flip_bit(std::string& content, uint64_t at, Random& random) {
  content[at] = static_cast<char>(content[at] ^ (1 << below(random, 8)));
}

void set_byte(std::string& content, uint64_t at, Random& random) {
  constexpr std::array<unsigned char, 6> kBytes = {0x00, 0x01, 0x7f, 0x80, 0xff, 0x22};
  const uint64_t choice = below(random, kBytes.size() + 2);
  content[at] = static_cast<char>(choice < kBytes.size() ? kBytes[choice] : random());
}

/// A number that breaks sums and products.
void set_number(std::string& content, uint64_t at, Random& random) {
  const std::array<uint64_t, 8> numbers = {
      0, 1, 0x7fffffff, 0xffffffff, 0x80000000, UINT64_MAX, 0x7fffffffffffffff, content.size()};
  const uint64_t number = numbers[below(random, numbers.size())];
  const size_t width = below(random, 2) == 0 ? 4 : 8;
  std::memcpy(content.data() + at, &number, std::min(width, content.size() - at));
}

void remove_range(std::string& content, uint64_t at, Random& random) {
  content.erase(at, 1 + below(random, 64));
  if (content.empty()) content = "x";
}

void double_range(std::string& content, uint64_t at, Random& random) {
  const std::string range = content.substr(at, 1 + below(random, 64));
  content.insert(at, range);
}

void overwrite_from_elsewhere(std::string& content, uint64_t at, Random& random) {
  const std::string range = content.substr(below(random, content.size()), 1 + below(random, 64));
  content.replace(at, std::min(range.size(), content.size() - at), range);
}

constexpr std::array kFaults = {
    flip_bit, flip_bit, set_byte, set_number, remove_range, double_range, overwrite_from_elsewhere};

}  // namespace

std::vector<uint64_t> cut_lengths(uint64_t size, const std::vector<uint64_t>& edges,
                                  uint64_t most) {
  std::set<uint64_t> lengths;
  for (const uint64_t edge : edges) {
    for (const uint64_t near : {edge - 1, edge, edge + 1}) {
      if (near < size) lengths.insert(near);
    }
  }
  const uint64_t count = std::min(size, most);
  for (uint64_t i = 0; i < count; ++i) lengths.insert(size * i / count);
  return {lengths.begin(), lengths.end()};
}

std::string mutated(std::string_view content, const std::vector<Span>& vital, Random& random) {
  std::string copy(content);
  if (copy.empty()) return copy;
  const bool only_vital = below(random, 4) != 0;
  const uint64_t faults = 1 + below(random, 8);
  for (uint64_t i = 0; i < faults; ++i) {
    kFaults[below(random, kFaults.size())](copy, place(copy, vital, only_vital, random), random);
  }
  return copy;
}

bool long_tests() {
  const char* wanted = std::getenv("OMSCOPE_LONG_TESTS");
  return wanted != nullptr && std::strcmp(wanted, "1") == 0;
}

}  // namespace omscope::test
