// Which versions of which components a CANN folder holds.
//
//   version.cfg                          runtime_running_version=[7.6.0.1.220:8.0.0]
//   runtime/version.info, …              Version=7.8.T5.0.B028, required_opp_abi_version=">=6.3,
//   <=7.8" <cpu>-linux/ascend_toolkit_install.info   version=8.3.RC1, arch=aarch64
//   share/info/<component>/version.info  as of 8.5
//
// An installation points to the current version by a link "latest"; that is looked into as well.
#pragma once

#include <string>
#include <vector>

#include "omscope/core/problem.h"

namespace omscope::config {

struct ComponentVersion {
  std::string component;  ///< "runtime", "opp", "opp_kernel", "toolkit", …
  std::string version;    ///< of the component, "7.6.0.1.220"
  std::string product;    ///< of CANN as a whole, where it is said, "8.0.0"
  std::string file;
  size_t line = 0;
};

struct CannVersions {
  std::vector<ComponentVersion> components;
  std::vector<std::string> cpus;  ///< "aarch64", "x86_64", by the folders that are there

  const ComponentVersion* find(std::string_view component) const;
  /// The CANN version as users call it, "8.0.0"; empty when no file says it.
  std::string product() const;
};

/// The lines of one such file, whichever it is; `component` is what its folder is called.
std::vector<ComponentVersion> read_version_file(std::string_view text, std::string_view component);

/// Looks at known places only; a file that cannot be opened is none.
CannVersions read_cann_folder(const std::string& path);

/// -1, 0 or 1: numbers between dots one after another; "RC" and letters come before a number. Texts
/// that do not start with a number are before all.
int compare_versions(std::string_view a, std::string_view b);

}  // namespace omscope::config
