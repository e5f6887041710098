#include "omscope/repro/from_incident.h"

#include <filesystem>

#include "omscope/core/files_below.h"
#include "omscope/diagnose/kernel_name.h"
#include "omscope/repro/kernel_files.h"

namespace omscope::repro {
namespace {

namespace fs = std::filesystem;

/// The file called `name` at or below `path`; empty when there is none.
std::string find_file(const std::string& path, const std::string& name) {
  std::error_code failed;
  if (!fs::is_directory(path, failed)) {
    return fs::path(path).filename() == name && fs::is_regular_file(path, failed) ? path : "";
  }
  for (const std::string& file : files_below(path).files) {
    if (fs::path(file).filename() == name) return file;
  }
  return {};
}

/// The first folder that has both files of the kernel; half of them would be no kernel.
std::string folder_of_kernel(const std::string& kernel, const std::vector<std::string>& paths) {
  const auto parts = diagnose::parse_kernel_name(kernel);
  const std::string stem = parts ? std::string(parts->stem) : kernel;
  if (stem.empty()) return {};
  for (const std::string& path : paths) {
    std::error_code failed;
    if (!fs::is_directory(path, failed)) continue;
    const KernelFiles files = find_kernel_files(path, stem);
    if (!files.binary.empty() && !files.description.empty()) return path;
  }
  return {};
}

}  // namespace

FromIncident from_incident(const diagnose::Incident& incident,
                           const std::vector<std::string>& paths) {
  FromIncident out;
  out.failure.op_name = incident.op_name;
  out.failure.op_type = incident.op_type;
  out.failure.kernel = incident.kernel;
  out.model = incident.model_file;
  out.kernel_meta = folder_of_kernel(incident.kernel, paths);
  const std::string name = fs::path(incident.dump_file).filename().string();
  if (name.empty()) return out;
  for (const std::string& path : paths) {
    out.dump = find_file(path, name);
    if (!out.dump.empty()) break;
  }
  return out;
}

}  // namespace omscope::repro
