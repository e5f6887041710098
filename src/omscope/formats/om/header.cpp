#include "omscope/formats/om/header.h"

namespace omscope::om {
namespace {

/// Text up to its first NUL.
std::string padded_text(ByteView bytes) {
  const std::string_view text = as_text(bytes);
  return std::string(text.substr(0, text.find('\0')));
}

template <class T>
T at(ByteView header, size_t offset) {
  return load_le<T>(header.subspan(offset, sizeof(T)).data());
}

}  // namespace

Result<Header> parse_header(ByteCursor file) {
  auto taken = file.take(kHeaderSize, "header");
  if (!taken) return taken.error();
  const ByteView raw = *taken;
  Header header;
  header.magic = at<uint32_t>(raw, 0);
  header.headsize = at<uint32_t>(raw, 4);
  header.version = at<uint32_t>(raw, 8);
  header.length = at<uint32_t>(raw, 76);
  header.is_encrypt = at<uint8_t>(raw, 80);
  header.is_checksum = at<uint8_t>(raw, 81);
  header.modeltype = at<uint8_t>(raw, 82);
  header.genmode = at<uint8_t>(raw, 83);
  header.name = padded_text(raw.subspan(84, 32));
  header.ops = at<uint32_t>(raw, 116);
  header.om_ir_version = at<uint32_t>(raw, 152);
  if (!header.second_generation()) {
    header.platform_version = padded_text(raw.subspan(156, 20));
    header.platform_type = at<uint8_t>(raw, 176);
    return header;
  }
  header.model_num = at<uint32_t>(raw, 156);
  header.platform_version = padded_text(raw.subspan(160, 20));
  header.platform_type = at<uint8_t>(raw, 180);
  header.model_length = at<uint64_t>(raw, 184);
  header.need_check_os_cpu_info = at<uint8_t>(raw, 192);
  header.is_unknow_model = at<uint8_t>(raw, 193);
  return header;
}

std::vector<ir::HeaderField> header_fields(const Header& header) {
  std::vector<ir::HeaderField> fields = {
      {"magic", uint64_t{header.magic}},
      {"headsize", uint64_t{header.headsize}},
      {"version", uint64_t{header.version}},
      {"length", uint64_t{header.length}},
      {"is_encrypt", uint64_t{header.is_encrypt}},
      {"is_checksum", uint64_t{header.is_checksum}},
      {"modeltype", uint64_t{header.modeltype}},
      {"genmode", uint64_t{header.genmode}},
      {"name", header.name},
      {"ops", uint64_t{header.ops}},
      {"om_ir_version", uint64_t{header.om_ir_version}},
      {"platform_version", header.platform_version},
      {"platform_type", uint64_t{header.platform_type}},
  };
  if (header.second_generation()) {
    fields.push_back({"model_num", uint64_t{header.model_num}});
    fields.push_back({"model_length", header.model_length});
    fields.push_back({"need_check_os_cpu_info", uint64_t{header.need_check_os_cpu_info}});
    fields.push_back({"is_unknow_model", uint64_t{header.is_unknow_model}});
  }
  return fields;
}

}  // namespace omscope::om
