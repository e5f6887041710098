// The texts of a zip archive, through libzip, one behind the other. An archive may come from
// anyone: members are unpacked in pieces, only those that are stored or deflated (other methods let
// a header ask for any amount of memory), and all together no more than deflate can hold, so that
// members that share their bytes do not go on for ever.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "omscope/formats/log/byte_stream.h"

struct zip;
struct zip_file;

namespace omscope::log {

bool is_zip(std::string_view bytes);

class ZipFiles : public ArchiveFiles {
 public:
  explicit ZipFiles(std::string_view bytes);

  bool next() override;
  const std::string& name() const override { return name_; }
  size_t read(char* to, size_t size) override;
  std::string_view fault() const override { return fault_; }

 private:
  struct Closer {
    void operator()(zip* archive) const;
    void operator()(zip_file* file) const;
  };
  bool open_member(uint64_t index);

  std::unique_ptr<zip, Closer> zip_;
  std::unique_ptr<zip_file, Closer> file_;
  std::string name_;
  std::string fault_;
  uint64_t count_ = 0;
  uint64_t index_ = 0;
  uint64_t budget_ = 0;
};

}  // namespace omscope::log
