#include "omscope/core/output_folder.h"

#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "omscope/core/csv.h"
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

}  // namespace

std::string safe_file_name(std::string_view name, std::string_view suffix) {
  constexpr size_t kLongest = 200;  // file systems take 255 bytes; suffixes and numbers need room
  std::string out;
  for (const char c : as_utf8(name)) out += is_plain(c) ? c : '_';
  if (out.empty() || out.find_first_not_of('.') == std::string::npos) out = "_";
  if (out[0] == '-') out[0] = '_';
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
  std::string file = safe_file_name(name, suffix);
  for (int number = 2; taken_.contains(file); ++number) {
    file = safe_file_name(name, fmt::format(".{}{}", number, suffix));
  }
  taken_.insert(file);
  if (file != std::string(name) + std::string(suffix)) renamed_[file] = as_utf8(name);
  std::string target = (fs::path(path_) / file).string();
  const auto written = write_file(target, parts, force_);
  if (!written) return written.error();
  return target;
}

Result<Done> OutputFolder::finish() {
  if (renamed_.empty()) return Done{};
  std::string csv = csv_row({"file", "name"});
  for (const auto& [file, name] : renamed_) csv += csv_row({file, name});
  return write_file((fs::path(path_) / "mapping.csv").string(), {as_bytes(csv)}, true);
}

Result<Done> write_file(const std::string& path, const std::vector<ByteView>& parts, bool force) {
  std::error_code failed;
  if (!force && fs::exists(fs::symlink_status(path, failed))) {
    return cannot_write(path, "exists already; --force overwrites it");
  }
  const std::string part = fmt::format("{}.part{}", path, ::getpid());
  std::ofstream file(part, std::ios::binary | std::ios::trunc);
  for (const ByteView bytes : parts) {
    file.write(as_text(bytes).data(), static_cast<std::streamsize>(bytes.size()));
  }
  file.close();
  if (file) fs::rename(part, path, failed);
  if (!file || failed) {
    fs::remove(part, failed);
    return cannot_write(path, "cannot be written; check space and permission");
  }
  return Done{};
}

}  // namespace omscope
