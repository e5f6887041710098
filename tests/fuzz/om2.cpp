// om2 archives. Random changes to a zip file mostly break its checksums, so any other input is
// packed into one first: entries of a NUL-terminated name and content up to the next NUL.

#include "omscope/formats/om/om2.h"

#include "fuzz/check.h"
#include "fuzz/targets.h"
#include "fuzz/zip_file.h"

namespace omscope::fuzz {
namespace {

std::string_view until_nul(std::string_view& rest) {
  const std::string_view part = rest.substr(0, rest.find('\0'));
  rest.remove_prefix(std::min(part.size() + 1, rest.size()));
  return part;
}

std::string packed(std::string_view input) {
  constexpr size_t kMostEntries = 16;
  ZipEntries entries;
  while (!input.empty() && entries.size() < kMostEntries) {
    std::string name(until_nul(input));
    entries.emplace_back(std::move(name), until_nul(input));
  }
  return zip_file(entries);
}

}  // namespace

void om2(std::string_view input) {
  const auto file = as_file(input.starts_with("PK") ? std::string(input) : packed(input));
  if (om::is_om2(file->bytes())) look_at(om::read_om2(file));
}

}  // namespace omscope::fuzz
