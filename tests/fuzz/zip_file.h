// Zip archives in memory.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace omscope::fuzz {

using ZipEntries = std::vector<std::pair<std::string, std::string>>;  ///< name and content

/// An archive of the entries, in order; empty where a name is one that no archive can have.
std::string zip_file(const ZipEntries& entries);

}  // namespace omscope::fuzz
