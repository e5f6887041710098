// Reads damaged input the way `omscope inspect` would with everything shown, and measures it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace omscope::test {

struct Reading {
  double seconds = 0;
  uint64_t peak_memory = 0;
  size_t ops = 0;      ///< of all graphs and nested models
  bool error = false;  ///< a problem of severity error
};

/// Whether the reports of `inspect` and the JSON of atc are written as well.
enum class Reports : unsigned char { kNone, kAll };

/// All reports of one input, into nothing. `name` stands in messages.
Reading read_everything(std::string_view content, Reports reports = Reports::kAll);

/// Fails the test when reading took 2 s or ten times the input's size and 64 MB.
void expect_bounded(const Reading& reading, uint64_t size);

}  // namespace omscope::test
