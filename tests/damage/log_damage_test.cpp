// Logs cut and changed: no crash, no hang, memory bounded, and no incident without evidence.

#include <random>

#include <gtest/gtest.h>

#include "omscope/diagnose/diagnose_logs.h"

#include "damage/mutations.h"
#include "fuzz/zip_file.h"
#include "make_samples/failing_log.h"
#include "support/memory_meter.h"
#include "support/packed.h"

namespace omscope {
namespace {

diagnose::Report read(const std::string& text) {
  diagnose::LogDiagnosis logs;
  logs.read(FileBytes::from_memory("damaged.log", text));
  return logs.finish({});
}

void expect_sound(const std::string& text) {
  const test::MemoryMeter meter;
  const diagnose::Report report = read(text);
  // Beside the input some blocks of unpacked text are held.
  EXPECT_LT(meter.peak(), 10 * text.size() + (uint64_t{64} << 20));
  for (const diagnose::Incident& incident : report.incidents) {
    EXPECT_FALSE(incident.evidence.empty());
  }
}

std::vector<std::string> inputs() {
  const std::string plog = samples::failing_plog();
  const std::string screen = samples::failing_screen();
  std::string wide = "\xff\xfe";
  for (const char c : plog) wide.append({c, '\0'});
  return {plog,
          screen,
          wide,
          test::gzipped(plog),
          fuzz::zip_file({{"a/plog.log", plog}, {"b", wide}}),
          test::gzipped(test::tar_of({{"a/plog.log", plog}, {"screen.txt", screen}}))};
}

TEST(LogDamage, CutAnywhere) {
  for (const std::string& input : inputs()) {
    for (const uint64_t size : test::cut_lengths(input.size(), {}, 60)) {
      expect_sound(input.substr(0, size));
    }
  }
}

TEST(LogDamage, RandomFaults) {
  std::mt19937_64 random(20240229);
  const int rounds = test::long_tests() ? 400 : 40;
  for (const std::string& input : inputs()) {
    for (int i = 0; i < rounds; ++i) expect_sound(test::mutated(input, {}, random));
  }
}

/// A log of one line that never ends, and one of lines that each open something.
TEST(LogDamage, Degenerate) {
  expect_sound(std::string(size_t{12} << 20, 'a'));
  // What takes time with the square of a line's length does not end on these.
  for (char c = ' '; c <= '~'; ++c) expect_sound(std::string(size_t{1} << 20, c));
  expect_sound(std::string(size_t{4} << 20, '\n'));
  std::string lines;
  while (lines.size() < (size_t{4} << 20)) lines += "EZ9999: Inner Error!\nE10007: x\n";
  expect_sound(lines);
  std::string frames;
  while (frames.size() < (size_t{4} << 20)) frames += "coreId( 0): 0x800000\n1x2x3x4x5\n[PID:\n";
  expect_sound(frames);
}

}  // namespace
}  // namespace omscope
