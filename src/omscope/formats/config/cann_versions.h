// Which versions of which components a CANN folder holds.
//
//   version.cfg                          runtime_running_version=[7.6.0.1.220:8.0.0]
//   runtime/version.info, …              Version=7.8.T5.0.B028, required_opp_abi_version=">=6.3,
//   <=7.8" <cpu>-linux/ascend_toolkit_install.info   version=8.3.RC1, arch=aarch64
//   share/info/<component>/version.info  as of 8.5
//   driver/version.info, firmware/version.info   beside CANN: compatible_version_fw=[7.0.0,7.2.99]
//
// An installation points to the current version by a link "latest"; that is looked into as well,
// and so are the folders of toolkit and nnrt that a common folder, as /usr/local/Ascend, has.
#pragma once

#include <string>
#include <vector>

#include "omscope/core/problem.h"

namespace omscope::config {

/// A line about other parts, see version_range.h: "required_package_opp_version", ">=7.6, <=8.3".
struct Condition {
  std::string key;
  std::string value;
  size_t line = 0;
};

struct ComponentVersion {
  std::string component;  ///< "runtime", "opp", "opp_kernel", "toolkit", "driver", "firmware", …
  std::string version;    ///< of the component, "7.6.0.1.220"
  std::string product;    ///< of CANN as a whole, where it is said, "8.0.0"
  std::string file;
  size_t line = 0;
  std::vector<Condition> conditions;

  /// nullptr where the file has no such line.
  const Condition* condition(std::string_view key) const;
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

/// Whether a file of this path tells versions, by its name: version.info, version.cfg,
/// …install.info.
bool is_version_file(const std::string& path);

/// Adds what one such file tells, unless it is known already.
void add_version_file(const std::string& path, CannVersions& versions);

/// -1, 0 or 1: numbers between dots one after another; "RC" and letters come before a number. Texts
/// that do not start with a number are before all.
int compare_versions(std::string_view a, std::string_view b);

}  // namespace omscope::config
