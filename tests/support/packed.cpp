#include "support/packed.h"

#include <algorithm>
#include <cstring>

#include <fmt/format.h>
#include <zlib.h>

namespace omscope::test {
namespace {

std::string tar_header(const std::string& name, size_t size, char type) {
  std::string block(512, '\0');
  block.replace(0, std::min<size_t>(name.size(), 100), name.substr(0, 100));
  block.replace(100, 7, "0000644");
  block.replace(124, 11, fmt::format("{:011o}", size));
  block[156] = type;
  block.replace(257, 8, std::string_view("ustar\00000", 8));
  return block;
}

std::string padded(std::string content) {
  content.resize((content.size() + 511) / 512 * 512);
  return content;
}

}  // namespace

std::string gzipped(std::string_view text) {
  z_stream state{};
  constexpr int kGzip = 16;
  deflateInit2(&state, 6, Z_DEFLATED, MAX_WBITS + kGzip, 8, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&state, text.size()) + 64, '\0');
  std::string in(text);
  state.next_in = reinterpret_cast<Bytef*>(in.data());
  state.avail_in = static_cast<uInt>(in.size());
  state.next_out = reinterpret_cast<Bytef*>(out.data());
  state.avail_out = static_cast<uInt>(out.size());
  deflate(&state, Z_FINISH);
  out.resize(state.total_out);
  deflateEnd(&state);
  return out;
}

std::string tar_of(const std::vector<std::pair<std::string, std::string>>& files) {
  std::string out;
  for (const auto& [name, content] : files) {
    if (name.size() > 100) {
      out += tar_header("././@LongLink", name.size() + 1, 'L') + padded(name + '\0');
    }
    out += tar_header(name, content.size(), '0') + padded(content);
  }
  return out + std::string(1024, '\0');
}

}  // namespace omscope::test
