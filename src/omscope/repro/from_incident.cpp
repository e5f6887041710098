#include "omscope/repro/from_incident.h"

#include <filesystem>

namespace omscope::repro {
namespace {

namespace fs = std::filesystem;

/// The file called `name` at or below `path`; empty when there is none.
std::string find_file(const std::string& path, const std::string& name) {
  constexpr size_t kMostFiles = 200000;
  std::error_code failed;
  if (!fs::is_directory(path, failed)) {
    return fs::path(path).filename() == name && fs::is_regular_file(path, failed) ? path : "";
  }
  std::string found;
  size_t seen = 0;
  for (auto it = fs::recursive_directory_iterator(
           path, fs::directory_options::skip_permission_denied, failed);
       !failed && it != fs::recursive_directory_iterator() && ++seen < kMostFiles;
       it.increment(failed)) {
    std::error_code ignored;
    if (it->path().filename() != name || !it->is_regular_file(ignored)) continue;
    const std::string here = it->path().string();
    if (found.empty() || here < found) found = here;  // the same whatever the order of the folder
  }
  return found;
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
