#include "omscope/progress.h"

#include <algorithm>
#include <ostream>
#include <string>

#include <fmt/format.h>

namespace omscope::cli {

ProgressBar::~ProgressBar() {
  if (shown_) io_.err << "\r\033[K" << std::flush;
}

void ProgressBar::show(uint64_t done, uint64_t total) {
  constexpr uint64_t kColumns = 40;
  constexpr auto kPause = std::chrono::milliseconds(100);
  if (!io_.err_is_terminal || total == 0) return;
  const std::unique_lock lock(mutex_, std::try_to_lock);
  if (!lock.owns_lock() || Clock::now() < next_) return;
  next_ = Clock::now() + kPause;
  const double share = std::min(1.0, static_cast<double>(done) / static_cast<double>(total));
  const auto full = static_cast<size_t>(share * kColumns);
  io_.err << fmt::format("\r[{}{}] {:3.0f} %", std::string(full, '#'),
                         std::string(kColumns - full, '.'), share * 100)
          << std::flush;
  shown_ = true;
}

}  // namespace omscope::cli
