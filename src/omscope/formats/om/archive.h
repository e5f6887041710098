// Zip archives from untrusted hands, on libzip.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "omscope/core/file_bytes.h"
#include "omscope/core/problem.h"

struct zip;

namespace omscope::om {

/// A zip archive in memory. Entries are unpacked one by one and only while the sum stays within
/// what an archive of this size can justify.
class Archive {
 public:
  struct Entry {
    uint64_t index = 0;
    std::string name;
    uint64_t size = 0;  ///< unpacked, as the directory says
  };

  /// Nothing when the bytes are no archive, or one with more entries than any model has.
  static std::optional<Archive> open(ByteView bytes);

  /// Entries whose names are safe: relative, without "..".
  const std::vector<Entry>& entries() const { return entries_; }
  /// Names that were refused.
  const std::vector<std::string>& refused() const { return refused_; }

  /// The unpacked bytes of an entry, or why not.
  Result<std::string> unpack(const Entry& entry);

 private:
  struct Closer {
    void operator()(zip* archive) const;
  };

  std::unique_ptr<zip, Closer> zip_;
  std::vector<Entry> entries_;
  std::vector<std::string> refused_;
  uint64_t budget_ = 0;
};

}  // namespace omscope::om
