// A bar on the terminal for what takes longer than a second.
#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>

#include "omscope/io.h"

namespace omscope::cli {

class ProgressBar {
 public:
  explicit ProgressBar(Io& io) : io_(io) {}
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;
  /// Wipes the bar.
  ~ProgressBar();

  /// From any thread.
  void show(uint64_t done, uint64_t total);

 private:
  using Clock = std::chrono::steady_clock;

  Io& io_;
  std::mutex mutex_;
  Clock::time_point next_ = Clock::now() + std::chrono::seconds(1);
  bool shown_ = false;
};

}  // namespace omscope::cli
