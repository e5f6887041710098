#include "omscope/formats/log/byte_stream.h"

#include <algorithm>
#include <cstring>

#include <zlib.h>

namespace omscope::log {
namespace {

class Plain : public ByteStream {
 public:
  explicit Plain(std::string_view bytes) : bytes_(bytes) {}

  size_t read(char* to, size_t size) override {
    const size_t taken = std::min(size, bytes_.size());
    if (taken != 0) std::memcpy(to, bytes_.data(), taken);
    bytes_.remove_prefix(taken);
    return taken;
  }
  std::string_view fault() const override { return {}; }

 private:
  std::string_view bytes_;
};

class Gzip : public ByteStream {
 public:
  explicit Gzip(std::string_view bytes) : bytes_(bytes) {
    constexpr int kGzipOnly = 16;
    ready_ = inflateInit2(&state_, MAX_WBITS + kGzipOnly) == Z_OK;
    if (!ready_) fault_ = "zlib cannot start";
  }
  Gzip(const Gzip&) = delete;
  Gzip& operator=(const Gzip&) = delete;
  ~Gzip() override {
    if (ready_) inflateEnd(&state_);
  }

  size_t read(char* to, size_t size) override {
    size_t made = 0;
    while (ready_ && made < size && !ended_) {
      const size_t step = std::min(size - made, size_t{1} << 30);
      made += inflate_some(to + made, step);
    }
    return made;
  }
  std::string_view fault() const override { return fault_; }

 private:
  size_t inflate_some(char* to, size_t size) {
    const size_t given = std::min(bytes_.size(), size_t{1} << 30);
    // zlib does not write to its input; its interface is older than const.
    state_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes_.data()));
    state_.avail_in = static_cast<uInt>(given);
    state_.next_out = reinterpret_cast<Bytef*>(to);
    state_.avail_out = static_cast<uInt>(size);
    const int result = inflate(&state_, Z_NO_FLUSH);
    bytes_.remove_prefix(given - state_.avail_in);
    const size_t made = size - state_.avail_out;
    if (result == Z_STREAM_END) {
      // Another member may follow, as when logs are appended to a packed one.
      ended_ = !bytes_.starts_with("\x1f\x8b") || inflateReset(&state_) != Z_OK;
    } else if (result != Z_OK) {
      ended_ = true;
      fault_ = bytes_.empty() ? "the gzip data are cut" : "the gzip data are damaged";
    }
    return made;
  }

  std::string_view bytes_;
  z_stream state_{};
  std::string_view fault_;
  bool ready_ = false;
  bool ended_ = false;
};

/// Octal digits, or a big-endian number behind a set top bit (sizes beyond 8 GiB).
uint64_t tar_number(std::string_view field) {
  uint64_t value = 0;
  if ((static_cast<unsigned char>(field[0]) & 0x80U) != 0) {
    for (const char c : field.substr(field.size() - 8)) {
      value = value << 8U | static_cast<unsigned char>(c);
    }
    return value & ~(uint64_t{1} << 63U);
  }
  for (const char c : field) {
    if (c == ' ' && value == 0) continue;
    if (c < '0' || c > '7') break;
    value = value << 3U | static_cast<uint64_t>(c - '0');
  }
  return value;
}

std::string_view until_zero(std::string_view text) {
  return text.substr(0, text.find('\0'));
}

/// "path=" of a pax header: records "LENGTH KEY=VALUE\n".
std::string pax_path(std::string_view records) {
  std::string path;
  while (!records.empty()) {
    const std::string_view line = records.substr(0, records.find('\n'));
    const size_t key = line.find(' ');
    if (key != std::string_view::npos && line.substr(key + 1).starts_with("path=")) {
      path = line.substr(key + 6);
    }
    records.remove_prefix(std::min(records.size(), line.size() + 1));
  }
  return path;
}

}  // namespace

std::unique_ptr<ByteStream> plain_stream(std::string_view bytes) {
  return std::make_unique<Plain>(bytes);
}

std::unique_ptr<ByteStream> gzip_stream(std::string_view bytes) {
  return std::make_unique<Gzip>(bytes);
}

bool is_tar_header(std::string_view block) {
  return block.size() >= 512 && block.substr(257, 5) == "ustar";
}

bool TarFiles::header(char (&block)[512]) {
  const size_t size = stream_.read(block, sizeof(block));
  if (size == sizeof(block)) return true;
  if (size != 0 || !stream_.fault().empty()) fault_ = "the tar archive is cut";
  return false;
}

bool TarFiles::skip(uint64_t size) {
  char waste[16384];
  while (size != 0) {
    const size_t step = static_cast<size_t>(std::min<uint64_t>(size, sizeof(waste)));
    if (stream_.read(waste, step) != step) {
      fault_ = "the tar archive is cut";
      return false;
    }
    size -= step;
  }
  return true;
}

std::string TarFiles::take_text(uint64_t size) {
  constexpr uint64_t kMost = 65536;
  std::string text(static_cast<size_t>(std::min(size, kMost)), '\0');
  text.resize(stream_.read(text.data(), text.size()));
  return text;
}

bool TarFiles::next() {
  if (!skip(left_ + padding_)) return false;
  left_ = padding_ = 0;
  char block[512];
  while (header(block)) {
    const std::string_view view(block, sizeof(block));
    if (!is_tar_header(view)) return false;  // blocks of zeros end an archive
    const uint64_t size = tar_number(view.substr(124, 12));
    const uint64_t padding = (512 - size % 512) % 512;
    const char type = view[156];
    if (type == 'L' || type == 'x') {
      const std::string text = take_text(size);
      long_name_ = type == 'L' ? std::string(until_zero(text)) : pax_path(text);
      if (text.size() > size || !skip(size - text.size() + padding)) return false;
      continue;
    }
    name_ = long_name_.empty() ? std::string(until_zero(view.substr(0, 100))) : long_name_;
    if (long_name_.empty() && view.substr(257, 6) == std::string_view("ustar\0", 6)) {
      const std::string_view prefix = until_zero(view.substr(345, 155));
      if (!prefix.empty()) name_ = std::string(prefix) + "/" + name_;
    }
    long_name_.clear();
    if (type == '0' || type == '\0') {
      left_ = size;
      padding_ = padding;
      return true;
    }
    const bool has_data = type == 'g' || type == 'K' || type == '7';
    if (has_data && !skip(size + padding)) return false;
  }
  return false;
}

size_t TarFiles::read(char* to, size_t size) {
  const size_t wanted = static_cast<size_t>(std::min<uint64_t>(size, left_));
  const size_t taken = stream_.read(to, wanted);
  left_ -= taken;
  if (taken < wanted) {
    fault_ = "the tar archive is cut";
    left_ = padding_ = 0;
  }
  return taken;
}

}  // namespace omscope::log
