#include "omscope/core/output_folder.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <optional>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "omscope/core/csv.h"
#include "omscope/core/file_bytes.h"
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

/// UTF-8 with "_" for each character that has a meaning for a file system or a terminal.
std::string plain_characters(std::string_view text) {
  std::string out;
  for (size_t at = 0; at < text.size();) {
    size_t length = 1;
    while (at + length < text.size() &&
           (static_cast<unsigned char>(text[at + length]) & 0xC0U) == 0x80U) {
      ++length;
    }
    const std::string_view character = text.substr(at, length);
    const bool plain = length == 1 ? is_plain(character[0]) : for_terminal(character) == character;
    if (plain) {
      out += character;
    } else {
      out += '_';
    }
    at += length;
  }
  return out;
}

/// A name with its control characters as "\xNN"; backslashes are doubled where there are any, so
/// that the name can be told again.
std::string escaped(const std::string& name) {
  const std::string valid = as_utf8(name);
  if (for_terminal(valid) == valid) return valid;
  if (valid != name) return for_terminal(valid);  // as_utf8 has doubled them
  std::string doubled;
  for (const char c : valid) doubled += c == '\\' ? std::string("\\\\") : std::string(1, c);
  return for_terminal(doubled);
}

constexpr std::string_view kTitles = "file,name";
constexpr std::string_view kTitlesWithSource = "file,name,source";

/// Rows of a mapping that an earlier run wrote, by file; nothing where another program wrote it.
using MappingRows = std::map<std::string, std::vector<std::string>>;
std::optional<MappingRows> own_mapping(const std::string& path) {
  constexpr uint64_t kMost = uint64_t{256} << 20U;
  const auto file = FileBytes::open(path);
  if (!file || (*file)->size() > kMost) return std::nullopt;
  std::string_view text = as_text((*file)->bytes());
  const std::vector<std::string> titles = next_csv_row(text);
  const std::string line = fmt::format("{}", fmt::join(titles, ","));
  if (line != kTitles && line != kTitlesWithSource) return std::nullopt;
  MappingRows rows;
  while (!text.empty()) {
    std::vector<std::string> cells = next_csv_row(text);
    if (cells.size() < 2) continue;
    cells.resize(3);
    rows[cells[0]] = std::move(cells);
  }
  return rows;
}

}  // namespace

std::string safe_file_name(std::string_view name, std::string_view suffix) {
  constexpr size_t kLongest = 200;  // file systems take 255 bytes; suffixes and numbers need room
  std::string out = plain_characters(as_utf8(name));
  if (out.empty() || out.find_first_not_of('.') == std::string::npos) out.assign(1, '_');
  if (out[0] == '-') out[0] = '_';
  if (is_reserved(out)) out.insert(0, 1, '_');
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

std::string OutputFolder::reserve(std::string_view name, std::string_view suffix,
                                  std::string_view source) {
  std::string file = safe_file_name(name, suffix);
  const auto first = given_.find(lower_case(file));
  if (first != given_.end()) first->second.shared = true;
  for (int number = 2; given_.contains(lower_case(file)); ++number) {
    file = safe_file_name(name, fmt::format(".{}{}", number, suffix));
  }
  Given& given = given_[lower_case(file)];
  given = {file, std::string(name), std::string(source),
           file != std::string(name) + std::string(suffix), first != given_.end()};
  return (fs::path(path_) / file).string();
}

Result<size_t> OutputFolder::finish(std::vector<Problem>& remarks) {
  MappingRows rows;
  for (const auto& [key, given] : given_) {
    const bool told = given.renamed || (given.shared && !given.source.empty());
    if (!told) continue;
    rows[given.file] = {given.file, escaped(given.name),
                        given.shared ? escaped(given.source) : std::string()};
  }
  if (rows.empty()) return size_t{0};
  const std::string usual = (fs::path(path_) / "mapping.csv").string();
  std::string path = usual;
  std::error_code failed;
  for (int number = 2; fs::exists(fs::symlink_status(path, failed)); ++number) {
    const bool plain = fs::is_regular_file(fs::symlink_status(path, failed));
    auto earlier = plain ? own_mapping(path) : std::nullopt;
    if (earlier) {
      // Without --force a file that was there has not been written anew.
      const auto stale = [&](const auto& row) {
        return force_ && given_.contains(lower_case(row.first));
      };
      std::erase_if(*earlier, stale);
      earlier->merge(rows);
      rows = std::move(*earlier);
      break;
    }
    path = (fs::path(path_) / fmt::format("mapping.{}.csv", number)).string();
  }
  const bool sources =
      std::any_of(rows.begin(), rows.end(), [](const auto& row) { return !row.second[2].empty(); });
  std::string csv = fmt::format("{}\n", sources ? kTitlesWithSource : kTitles);
  for (auto& [file, cells] : rows) {
    if (!sources) cells.resize(2);
    csv += csv_row(cells, CsvCells::kExact);
  }
  const auto written = write_file(path, {as_bytes(csv)}, true);
  if (!written) return written.error();
  if (path != usual) {
    remarks.push_back({Severity::kWarning, Code::kCannotWrite, usual, std::nullopt, "",
                       fmt::format("is not omscope's and was kept; which file belongs to which "
                                   "name is in {}",
                                   fs::path(path).filename().string())});
  }
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
