#include "omscope/core/output_folder.h"

#include <algorithm>
#include <array>
#include <filesystem>

#include <fmt/format.h>

#include "omscope/core/csv.h"
#include "omscope/core/replace_file.h"
#include "omscope/core/sha256.h"
#include "omscope/core/text.h"

namespace omscope {
namespace {

namespace fs = std::filesystem;

Problem cannot_write(const std::string& path, std::string why) {
  return {Severity::kError, Code::kCannotWrite, path, std::nullopt, "", std::move(why)};
}

bool is_plain(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x20 && byte != 0x7F && c != '/' && c != '\\' && c != ':' && c != '*' &&
         c != '?' && c != '"' && c != '<' && c != '>' && c != '|';
}

/// Names of devices on Windows, with any suffix.
bool is_reserved(std::string_view name) {
  constexpr std::array<std::string_view, 4> kDevices = {"con", "prn", "aux", "nul"};
  const std::string stem = lower_case(name.substr(0, name.find('.')));
  const bool numbered = stem.size() == 4 && (stem.starts_with("com") || stem.starts_with("lpt")) &&
                        stem[3] >= '0' && stem[3] <= '9';
  return numbered || std::find(kDevices.begin(), kDevices.end(), stem) != kDevices.end();
}

}  // namespace

std::string safe_file_name(std::string_view name, std::string_view suffix) {
  constexpr size_t kLongest = 200;  // file systems take 255 bytes; suffixes and numbers need room
  std::string out;
  for (const char c : as_utf8(name)) out += is_plain(c) ? c : '_';
  if (out.empty() || out.find_first_not_of('.') == std::string::npos) out = "_";
  if (out[0] == '-') out[0] = '_';
  if (is_reserved(out)) out = "_" + out;
  if (out.size() > kLongest) {
    // The hash keeps long names with a common start apart, whatever order they come in.
    const std::string hash = sha256_hex(as_bytes(name)).substr(0, 12);
    size_t cut = kLongest - hash.size() - 1;
    while (cut > 0 && (static_cast<unsigned char>(out[cut]) & 0xC0U) == 0x80U) --cut;
    out = out.substr(0, cut) + "." + hash;
  }
  return out + std::string(suffix);
}

Result<OutputFolder> OutputFolder::create(const std::string& path, bool force) {
  std::error_code failed;
  fs::create_directories(path, failed);
  if (failed || !fs::is_directory(path)) {
    return cannot_write(path, "the folder cannot be created; choose another one");
  }
  return OutputFolder(path, force);
}

Result<std::string> OutputFolder::write(std::string_view name, std::string_view suffix,
                                        ByteView content) {
  return write(name, suffix, std::vector<ByteView>{content});
}

Result<std::string> OutputFolder::write(std::string_view name, std::string_view suffix,
                                        const std::vector<ByteView>& parts) {
  std::string target = reserve(name, suffix);
  const auto written = write_file(target, parts, force_);
  if (!written) return written.error();
  return target;
}

std::string OutputFolder::reserve(std::string_view name, std::string_view suffix) {
  std::string file = safe_file_name(name, suffix);
  for (int number = 2; taken_.contains(lower_case(file)); ++number) {
    file = safe_file_name(name, fmt::format(".{}{}", number, suffix));
  }
  taken_.insert(lower_case(file));
  if (file != std::string(name) + std::string(suffix)) renamed_[file] = as_utf8(name);
  return (fs::path(path_) / file).string();
}

Result<size_t> OutputFolder::finish() {
  if (renamed_.empty()) return size_t{0};
  std::string csv = csv_row({"file", "name"}, CsvCells::kExact);
  for (const auto& [file, name] : renamed_) csv += csv_row({file, name}, CsvCells::kExact);
  const auto written =
      write_file((fs::path(path_) / "mapping.csv").string(), {as_bytes(csv)}, true);
  if (!written) return written.error();
  return size_t{1};
}

Result<Done> write_file(const std::string& path, const std::vector<ByteView>& parts, bool force) {
  std::error_code failed;
  const fs::file_status there = fs::symlink_status(path, failed);
  if (!force && fs::exists(there)) {
    return cannot_write(path, "exists already; --force overwrites it");
  }
  if (fs::exists(there) && !fs::is_regular_file(there) && !fs::is_symlink(there)) {
    return cannot_write(path, "exists and is no regular file; choose another folder");
  }
  return replace_file(path, Links::kReplace, [&](std::ostream& out) { write_parts(out, parts); });
}

}  // namespace omscope
