#include "omscope/formats/log/zip_files.h"

#include <algorithm>

#include <fmt/format.h>
#include <zip.h>

namespace omscope::log {
namespace {

constexpr uint64_t kMostMembers = 100'000;
constexpr uint64_t kMostPerByte = 1032;  // what one byte of deflate can become
constexpr uint64_t kLeastBudget = uint64_t{1} << 20;

}  // namespace

bool is_zip(std::string_view bytes) {
  return bytes.starts_with("PK\x03\x04") || bytes.starts_with("PK\x05\x06");
}

void ZipFiles::Closer::operator()(zip* archive) const {
  zip_discard(archive);
}
void ZipFiles::Closer::operator()(zip_file* file) const {
  zip_fclose(file);
}

ZipFiles::ZipFiles(std::string_view bytes) {
  budget_ = kLeastBudget + kMostPerByte * bytes.size();
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* source = zip_source_buffer_create(bytes.data(), bytes.size(), 0, &error);
  zip_t* opened = source == nullptr ? nullptr : zip_open_from_source(source, ZIP_RDONLY, &error);
  if (opened == nullptr) {
    if (source != nullptr) zip_source_free(source);
    fault_ = fmt::format("the zip archive cannot be opened ({})", zip_error_strerror(&error));
  }
  zip_error_fini(&error);
  zip_.reset(opened);
  if (opened == nullptr) return;
  const zip_int64_t count = zip_get_num_entries(opened, 0);
  count_ = count < 0 ? 0 : static_cast<uint64_t>(count);
  if (count_ > kMostMembers) {
    count_ = kMostMembers;
    fault_ = fmt::format("the zip archive has more than {} members", kMostMembers);
  }
}

bool ZipFiles::open_member(uint64_t index) {
  zip_stat_t stat;
  constexpr zip_uint64_t kNeeded = ZIP_STAT_NAME | ZIP_STAT_COMP_METHOD;
  if (zip_stat_index(zip_.get(), index, 0, &stat) != 0 || (stat.valid & kNeeded) != kNeeded) {
    return false;
  }
  name_ = stat.name;
  if (name_.empty() || name_.ends_with('/')) return false;
  if (stat.comp_method != ZIP_CM_STORE && stat.comp_method != ZIP_CM_DEFLATE) {
    fault_ = fmt::format("member {} is packed by a method that is not read", name_);
    return false;
  }
  file_.reset(zip_fopen_index(zip_.get(), index, 0));
  if (file_ != nullptr) return true;
  const bool locked = (stat.valid & ZIP_STAT_ENCRYPTION_METHOD) != 0 && stat.encryption_method != 0;
  fault_ = locked ? fmt::format("member {} is locked with a password", name_)
                  : fmt::format("member {} is damaged", name_);
  return false;
}

bool ZipFiles::next() {
  file_.reset();
  while (index_ < count_ && budget_ != 0) {
    if (open_member(index_++)) return true;
  }
  return false;
}

size_t ZipFiles::read(char* to, size_t size) {
  size_t got = 0;
  while (file_ != nullptr && got < size && budget_ != 0) {
    const zip_int64_t step =
        zip_fread(file_.get(), to + got, std::min<uint64_t>(size - got, budget_));
    if (step < 0) fault_ = fmt::format("member {} is damaged", name_);
    if (step <= 0) {
      file_.reset();
      break;
    }
    got += static_cast<size_t>(step);
    budget_ -= static_cast<uint64_t>(step);
    if (budget_ == 0) fault_ = "the zip archive unpacks to more than it can hold";
  }
  return got;
}

}  // namespace omscope::log
