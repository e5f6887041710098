#include "omscope/repro/from_incident.h"

#include <filesystem>

#include "omscope/core/files_below.h"

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

}  // namespace

FromIncident from_incident(const diagnose::Incident& incident,
                           const std::vector<std::string>& paths) {
  FromIncident out;
  out.failure.op_name = incident.op_name;
  out.failure.op_type = incident.op_type;
  out.failure.kernel = incident.kernel;
  const std::string name = fs::path(incident.dump_file).filename().string();
  if (name.empty()) return out;
  for (const std::string& path : paths) {
    out.dump = find_file(path, name);
    if (!out.dump.empty()) break;
  }
  return out;
}

}  // namespace omscope::repro
