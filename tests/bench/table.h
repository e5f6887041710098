// The one table of all that is claimed: what was measured, beside the limit of the same run.
#pragma once

#include <map>
#include <ostream>
#include <string>

#include <benchmark/benchmark.h>

namespace omscope::bench {

/// The best of all repetitions of one benchmark.
struct Best {
  double seconds = 0;
  std::map<std::string, double> counters;
  std::string skipped;  ///< why it was not run
};

/// Collects the runs and prints the table in the end.
class TableReporter : public benchmark::BenchmarkReporter {
 public:
  bool ReportContext(const Context& context) override;
  void ReportRuns(const std::vector<Run>& runs) override;

  /// Returns how many aims were missed.
  int print(std::ostream& out) const;

 private:
  std::map<std::string, Best> best_;
};

}  // namespace omscope::bench
