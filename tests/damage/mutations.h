// Ways in which files go wrong: cut short, flipped, overwritten, with parts lost or doubled.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace omscope::test {

/// Lengths to cut a file at: each one of a small file, `most` spread evenly over a bigger one, the
/// edges of its parts (given as offsets) among them.
std::vector<uint64_t> cut_lengths(uint64_t size, const std::vector<uint64_t>& edges, uint64_t most);

/// A copy with one to eight random faults. Three of four files are hit only where `vital` says
/// (offset and size): elsewhere faults mostly fall into weights, where they prove nothing.
struct Span {
  uint64_t offset;
  uint64_t size;
};
std::string mutated(std::string_view content, const std::vector<Span>& vital,
                    std::mt19937_64& random);

/// Whether the long tests were asked for (OMSCOPE_LONG_TESTS=1; `tools/test --all` sets it).
bool long_tests();

}  // namespace omscope::test
