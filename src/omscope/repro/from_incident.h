// A case straight from what a diagnosis found.
#pragma once

#include <string>
#include <vector>

#include "omscope/diagnose/report.h"
#include "omscope/repro/repro_case.h"

namespace omscope::repro {

struct FromIncident {
  Failure failure;
  /// The dump that the log announced, where one of the paths that were given has a file of its
  /// name; the announced path itself is one of the machine that failed. Empty: none.
  std::string dump;
  std::string model;        ///< the graph that has the op; empty: none was given
  std::string kernel_meta;  ///< a folder with the kernel's binary and description; empty: none
};

/// `paths` are files and folders that the diagnosis looked at.
FromIncident from_incident(const diagnose::Incident& incident,
                           const std::vector<std::string>& paths);

}  // namespace omscope::repro
