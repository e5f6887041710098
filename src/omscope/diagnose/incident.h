// Folds the facts of any number of texts into cases: one fault prints 20 to 60 lines, in several
// files, and each of them is to be told once.
//
// Lines of one process belong together while they follow each other closely; a later one that only
// reports what failed before joins it after any time. Where the host's log and the firmware's tell
// of the same task, they are one case. On the screen, which has no times, blocks and tracebacks are
// kept apart by what they are about.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "omscope/diagnose/facts.h"
#include "omscope/diagnose/report.h"

namespace omscope::diagnose {

/// One fault with all that was said of it.
struct Case {
  std::vector<Fact> facts;  ///< in order of reading, at most kMostFacts
  std::optional<int64_t> pid;
  int64_t first_time = 0;
  int64_t last_time = 0;
  uint64_t last_line = 0;  ///< on the screen: where the last fact was read
  uint32_t last_file = 0;
  uint64_t lines = 0;  ///< also those of which no fact was kept
  bool screen = false;
  bool device = false;  ///< only the firmware tells of it
  bool closed = false;

  static constexpr size_t kMostFacts = 220;

  void add(Fact fact);
  const Fact* first(FactKind kind) const;
  bool has(FactKind kind) const { return first(kind) != nullptr; }
  std::vector<const Fact*> all(FactKind kind) const;
  /// The first fact of the most specific kind; null where nothing failed.
  const Fact* root() const;
  /// Whether something more specific failed than a line that reports codes.
  bool has_specific() const;
  bool has_code(std::string_view code) const;
};

/// Takes facts as they are read and keeps what is needed, whatever the size of the logs.
class Collector {
 public:
  Collector();
  ~Collector();

  /// Facts that follow are of this file.
  uint32_t begin_file(const std::string& name);
  const std::vector<std::string>& files() const { return files_; }
  void add(Fact fact);

  /// Cases with a fault, the strongest first, each kind in order of time.
  std::vector<Case> finish();

  const Suppressed& suppressed() const { return suppressed_; }
  /// Operators that ran on the CPU and broke nothing.
  const std::vector<Fact>& fallbacks() const { return fallbacks_; }
  /// Faults that only the firmware tells of, of processes whose own logs are not here.
  const std::vector<Case>& device_only() const { return device_only_; }
  const std::vector<Fact>& memory_rows() const { return memory_rows_; }
  const std::string& soc() const { return soc_; }
  /// Whether lines of level INFO of a process were there.
  bool has_info() const { return has_info_; }
  void saw_info() { has_info_ = true; }

 private:
  struct Allocations;

  void add_log(Fact fact);
  void add_screen(Fact fact);
  void add_device(Fact fact);
  void allocation(const Fact& fact);
  void check_address(Fact& fact);
  Case& start(Fact fact);
  Case* nearest(int64_t pid, int64_t time, int64_t* distance);
  void join_device_cases();
  void confirm_by_events();

  std::vector<std::string> files_;
  std::deque<Case> cases_;
  std::map<int64_t, std::vector<size_t>> of_process_;
  std::map<int64_t, std::deque<Fact>> pending_;
  std::map<int64_t, std::unique_ptr<Allocations>> allocations_;
  std::vector<Fact> events_;
  std::vector<Fact> fallbacks_;
  std::vector<Fact> shapes_;
  std::vector<Fact> frames_;
  std::vector<Fact> memory_rows_;
  std::vector<Case> device_only_;
  std::string soc_;
  Suppressed suppressed_;
  size_t screen_case_;
  size_t device_case_;
  uint32_t file_ = 0;
  bool has_info_ = false;
};

}  // namespace omscope::diagnose
