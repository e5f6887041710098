#include "omscope/formats/om/archive.h"

#include <algorithm>

#include <fmt/format.h>
#include <zip.h>

#include "omscope/core/text.h"

namespace omscope::om {
namespace {

constexpr zip_int64_t kMostEntries = 100000;
constexpr uint64_t kLeastBudget = uint64_t{32} << 20;
constexpr uint64_t kBudgetPerByte = 5;

bool is_safe(std::string_view name) {
  if (name.empty() || name.front() == '/' || name.find('\\') != std::string_view::npos)
    return false;
  const auto parts = split(name, '/');
  return std::find(parts.begin(), parts.end(), "..") == parts.end();
}

Problem refuse(const std::string& name, std::string why) {
  return {Severity::kError, Code::kBadArchive,  "",
          std::nullopt,     for_terminal(name), std::move(why)};
}

}  // namespace

void Archive::Closer::operator()(zip* archive) const {
  zip_discard(archive);
}

std::optional<Archive> Archive::open(ByteView bytes) {
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* source = zip_source_buffer_create(bytes.data(), bytes.size(), 0, &error);
  if (source == nullptr) return std::nullopt;
  zip_t* opened = zip_open_from_source(source, ZIP_RDONLY, &error);
  if (opened == nullptr) {
    zip_source_free(source);
    zip_error_fini(&error);
    return std::nullopt;
  }
  Archive archive;
  archive.zip_.reset(opened);
  archive.budget_ = kLeastBudget + kBudgetPerByte * bytes.size();
  const zip_int64_t count = zip_get_num_entries(opened, 0);
  if (count < 0 || count > kMostEntries) return std::nullopt;
  for (zip_int64_t i = 0; i < count; ++i) {
    zip_stat_t stat;
    const auto index = static_cast<zip_uint64_t>(i);
    if (zip_stat_index(opened, index, 0, &stat) != 0 || (stat.valid & ZIP_STAT_NAME) == 0) continue;
    const bool has_size = (stat.valid & ZIP_STAT_SIZE) != 0;
    if (is_safe(stat.name)) {
      archive.entries_.push_back({index, stat.name, has_size ? stat.size : 0});
    } else {
      archive.refused_.emplace_back(stat.name);
    }
  }
  return archive;
}

Result<std::string> Archive::unpack(const Entry& entry) {
  if (entry.size > budget_) {
    return refuse(entry.name, fmt::format("unpacks to {} bytes, more than an archive of this size "
                                          "can justify; it was left out",
                                          entry.size));
  }
  std::string content(entry.size, '\0');
  zip_file_t* file = zip_fopen_index(zip_.get(), entry.index, 0);
  if (file == nullptr) {
    return refuse(entry.name, fmt::format("cannot be unpacked: {}", zip_strerror(zip_.get())));
  }
  const zip_int64_t got = zip_fread(file, content.data(), content.size());
  zip_fclose(file);
  if (got < 0 || static_cast<uint64_t>(got) != entry.size) {
    return refuse(entry.name, "is damaged: it ends early or its checksum is wrong");
  }
  budget_ -= entry.size;
  return content;
}

}  // namespace omscope::om
