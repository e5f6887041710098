// The lines of a log, however large it is and whatever it is wrapped in.
//
// A file is taken in blocks of whole lines of a MB. Plain files are mapped: the pages of a
// block are given back when it is done with. gzip (also several members one behind the other), tar
// and zip are unpacked and UTF-16 is decoded on the way, so that a bundle of any size takes the
// memory of some blocks.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "omscope/core/file_bytes.h"
#include "omscope/core/problem.h"

namespace omscope::log {

struct TextBlock {
  uint32_t text_number = 0;  ///< counts the texts of the file: one, or the files of an archive
  std::string name;          ///< "app.log", "bundle.tar.gz!log/host/plog.log"
  std::string_view text;     ///< ends with a line, but the last one of a text
  std::shared_ptr<const std::string> owner;  ///< of unpacked text
};

class TextBlocks {
 public:
  static constexpr size_t kBlock = size_t{1} << 20;

  explicit TextBlocks(std::shared_ptr<const FileBytes> file);
  ~TextBlocks();

  /// False at the end. The text stays valid for as long as the block, and the file, live.
  bool next(TextBlock& block);
  /// Pages of a mapped block that nobody looks at any more.
  void done_with(const TextBlock& block) const;

  const Problems& problems() const { return problems_; }

 private:
  class Unpacked;

  bool next_mapped(TextBlock& block);

  std::shared_ptr<const FileBytes> file_;
  Problems problems_;
  std::unique_ptr<Unpacked> unpacked_;
  uint64_t position_ = 0;
};

/// Whether the bytes are gzip, tar or zip, which `TextBlocks` unpacks.
bool is_packed(std::string_view bytes);

/// Whether lines can be read from the bytes as they are: no zeros near their start, or UTF-16.
bool is_text(std::string_view bytes);

}  // namespace omscope::log
