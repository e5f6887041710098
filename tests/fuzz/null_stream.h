// A stream that swallows what is written.
#pragma once

#include <ostream>
#include <streambuf>

namespace omscope::fuzz {

class NullStream : private std::streambuf, public std::ostream {
 public:
  NullStream() : std::ostream(static_cast<std::streambuf*>(this)) {}

 private:
  int overflow(int byte) override { return byte == std::streambuf::traits_type::eof() ? 0 : byte; }
  std::streamsize xsputn(const char* /*text*/, std::streamsize size) override { return size; }
};

}  // namespace omscope::fuzz
