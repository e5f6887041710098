#include "omscope/formats/log/text_blocks.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "omscope/formats/log/byte_stream.h"
#include "omscope/formats/log/utf16_text.h"
#include "omscope/formats/log/zip_files.h"

namespace omscope::log {
namespace {

bool is_gzip(std::string_view bytes) {
  return bytes.starts_with("\x1f\x8b\x08");
}

/// Up to and with the last line end; all of it where there is none.
size_t whole_lines(std::string_view text) {
  const size_t end = text.rfind('\n');
  return end == std::string_view::npos ? text.size() : end + 1;
}

/// Text has no zero bytes near its start, whatever its encoding of one byte per unit is.
bool has_no_zeros(std::string_view head) {
  constexpr size_t kLook = 4096;
  return head.substr(0, kLook).find('\0') == std::string_view::npos;
}

}  // namespace

bool is_packed(std::string_view bytes) {
  return is_gzip(bytes) || is_zip(bytes) || is_tar_header(bytes);
}

bool is_text(std::string_view bytes) {
  return has_no_zeros(bytes) || utf16_of(bytes).has_value();
}

/// What comes out of gzip, tar, zip and UTF-16, as texts.
class TextBlocks::Unpacked {
 public:
  Unpacked(const std::string& name, std::string_view bytes, Problems& problems)
      : name_(name), problems_(problems) {
    stream_ = is_gzip(bytes) ? gzip_stream(bytes) : plain_stream(bytes);
    // What is inside of gzip shows only when it is unpacked; the look is thrown away.
    const auto look = is_gzip(bytes) ? gzip_stream(bytes) : plain_stream(bytes);
    std::string head(512, '\0');
    head.resize(look->read(head.data(), head.size()));
    if (is_tar_header(head)) files_ = std::make_unique<TarFiles>(*stream_);
    if (is_zip(bytes)) files_ = std::make_unique<ZipFiles>(bytes);
    if (files_ == nullptr) text_name_ = name_;
    open_ = files_ == nullptr;
  }

  bool next(TextBlock& block) {
    while (true) {
      if (!open_ && !open_next()) return false;
      auto text = std::make_shared<std::string>(std::move(carry_));
      carry_.clear();
      const bool more = fill(*text);
      if (more) {
        const size_t whole = whole_lines(*text);
        carry_.assign(*text, whole, std::string::npos);
        text->resize(whole);
      }
      open_ = more;
      if (!more) report_fault();
      if (text->empty()) continue;
      if (first_ && !has_no_zeros(*text)) {
        carry_.clear();
        open_ = false;  // the archive passes over what is left of it
        if (files_ == nullptr) return false;
        continue;
      }
      first_ = false;
      block = {number_, text_name_, *text, text};
      return true;
    }
  }

 private:
  size_t read(char* to, size_t size) {
    return files_ != nullptr ? files_->read(to, size) : stream_->read(to, size);
  }

  /// Appends the next piece; false at the end of the text.
  bool fill(std::string& text) {
    const size_t had = text.size();
    const size_t wanted = std::max(kBlock, had + kBlock / 2) - had;
    text.resize(had + wanted);
    const size_t got = read(text.data() + had, wanted);
    text.resize(had + got);
    if (first_ && !decoder_) {
      if (const auto order = utf16_of(text)) decoder_.emplace(*order);
    }
    if (decoder_) {
      const std::string units(text, had);
      text.resize(had);
      decoder_->decode(units, text);
    }
    return got == wanted;
  }

  bool open_next() {
    if (files_ == nullptr) return false;
    if (!files_->next()) {
      report_fault();
      return false;
    }
    text_name_ = name_ + "!" + files_->name();
    ++number_;
    first_ = open_ = true;
    decoder_.reset();
    return true;
  }

  void report_fault() {
    const std::string_view fault = !stream_->fault().empty() ? stream_->fault()
                                   : files_ != nullptr       ? files_->fault()
                                                             : std::string_view{};
    if (fault.empty() || reported_) return;
    reported_ = true;
    problems_.error(Code::kBadArchive, std::nullopt, "archive",
                    fmt::format("{}; what could be unpacked is read; copy the file again", fault));
  }

  std::string name_;
  Problems& problems_;
  std::unique_ptr<ByteStream> stream_;
  std::unique_ptr<ArchiveFiles> files_;
  std::optional<Utf16Decoder> decoder_;
  std::string text_name_;
  std::string carry_;
  uint32_t number_ = 0;
  bool open_ = false;
  bool first_ = true;
  bool reported_ = false;
};

TextBlocks::TextBlocks(std::shared_ptr<const FileBytes> file)
    : file_(std::move(file)), problems_(file_->path()) {
  const std::string_view bytes = as_text(file_->bytes());
  const bool wrapped = is_packed(bytes) || utf16_of(bytes).has_value();
  if (wrapped) unpacked_ = std::make_unique<Unpacked>(file_->path(), bytes, problems_);
}

TextBlocks::~TextBlocks() = default;

bool TextBlocks::next(TextBlock& block) {
  return unpacked_ ? unpacked_->next(block) : next_mapped(block);
}

bool TextBlocks::next_mapped(TextBlock& block) {
  const std::string_view bytes = as_text(file_->bytes());
  if (position_ >= bytes.size()) return false;
  std::string_view rest = bytes.substr(position_);
  if (rest.size() > kBlock) {
    rest = rest.substr(0, whole_lines(rest.substr(0, kBlock)));
  }
  position_ += rest.size();
  block = {0, file_->path(), rest, nullptr};
  return true;
}

void TextBlocks::done_with(const TextBlock& block) const {
  if (block.owner == nullptr) file_->drop_pages(as_bytes(block.text));
}

}  // namespace omscope::log
