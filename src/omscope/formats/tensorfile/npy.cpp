#include "omscope/formats/tensorfile/npy.h"

#include <algorithm>
#include <array>

#include "omscope/core/text.h"
#include "omscope/formats/tensorfile/elements.h"
#include "omscope/formats/tensorfile/npy_header.h"

namespace omscope::tensorfile {
namespace {

constexpr std::string_view kMagic = "\x93NUMPY";
/// What is left of the magic once a program read the file as text: the byte dropped, re-encoded as
/// UTF-8, or replaced by the mark for "no character".
constexpr std::array<std::string_view, 3> kTextified = {"NUMPY", "\xC2\x93NUMPY",
                                                        "\xEF\xBF\xBDNUMPY"};

std::string_view textified_magic(ByteView bytes) {
  const std::string_view text = as_text(bytes.first(std::min<size_t>(bytes.size(), 16)));
  for (const std::string_view magic : kTextified) {
    const std::string_view rest = text.substr(std::min(magic.size(), text.size()));
    if (text.starts_with(magic) && !rest.empty() && rest[0] >= 1 && rest[0] <= 3) return magic;
  }
  return {};
}

ir::StoredTensor describe(const NpyHeader& header, const NpyType& type, const NpySource& source) {
  ir::StoredTensor tensor;
  tensor.name = source.name;
  tensor.file = source.file;
  tensor.dtype = type.dtype;
  tensor.has_shape = true;
  tensor.shape = header.shape;
  tensor.fortran_order = header.fortran_order && header.shape.size() > 1;
  tensor.offset = source.base + header.size;
  tensor.note = type.note;
  return tensor;
}

/// A file that went through a program for text: its elements have lost bytes, too.
void read_textified(ir::TensorFile& out, std::string_view magic) {
  out.problems.error(Code::kBadHeader, 0, "npy magic",
                     "the byte 0x93 before NUMPY is missing or changed: the file was stored as "
                     "text (a version control or transfer setting) and bytes of its elements are "
                     "lost, too; get it again in binary mode");
  const std::string_view text = as_text(out.file->bytes());
  const size_t dict = text.find('{', magic.size());
  const size_t end = text.find('}', dict);
  if (dict > 64 || end == std::string_view::npos) return;
  const auto header = parse_npy_dict(out.file->path(), text.substr(dict, end + 1 - dict), dict);
  if (!header) return;
  NpySource source;
  source.name = "output:0";
  ir::StoredTensor tensor = describe(*header, npy_type(header->descr), source);
  tensor.offset = end + 1;
  tensor.payload = ir::Payload::kCut;
  tensor.note = "the file was stored as text; its elements are damaged";
  out.byte_map.add(0, out.file->size(), "npy stored as text");
  out.tensors.push_back(std::move(tensor));
}

void refuse(ir::TensorFile& out, const NpyHeader& header, const NpySource& source,
            ir::StoredTensor tensor) {
  tensor.payload = ir::Payload::kElsewhere;
  tensor.size = source.content.size() - header.size;
  if (source.mapped) out.byte_map.add(tensor.offset, tensor.size, "elements without a reader");
  out.problems.error(Code::kUnknownKind, source.base, source.name,
                     fmt::format("'{}': {}; save the array with a plain number type",
                                 for_terminal(shortened(as_utf8(header.descr), 40)), tensor.note));
  out.tensors.push_back(std::move(tensor));
}

/// Elements as numbers of this machine's byte order.
void turn_round(ir::TensorFile& out, const NpyType& type, const NpySource& source, Budget& budget,
                ir::StoredTensor& tensor) {
  if (!type.big_endian || type.number_bytes < 2 || tensor.bytes.empty()) return;
  if (!budget.take(tensor.bytes.size())) {
    tensor.bytes = {};
    tensor.payload = ir::Payload::kElsewhere;
    out.problems.error(Code::kTooLarge, source.base, source.name,
                       "big-endian elements that unpack to far more than the file; left out");
    return;
  }
  const auto turned = own_swapped(out, tensor.bytes, type.number_bytes);
  tensor.bytes = turned ? *turned : ByteView();
  if (turned) return;
  tensor.payload = ir::Payload::kElsewhere;
  out.problems.add(turned.error());
}

}  // namespace

bool looks_like_npy(ByteView bytes) {
  return as_text(bytes).starts_with(kMagic) || !textified_magic(bytes).empty();
}

uint64_t add_npy_array(ir::TensorFile& out, const NpySource& source, Budget& budget) {
  ByteCursor cursor(source.file.empty() ? out.file->path() : source.file, source.content,
                    source.base);
  const auto header = read_npy_header(cursor);
  if (!header) {
    out.problems.add(header.error());
    return 0;
  }
  if (source.mapped) out.byte_map.add(source.base, header->size, "npy header");
  if (out.version.empty()) out.version = fmt::format("{}.0", header->major);
  NpyType type = npy_type(header->structured ? "" : header->descr);
  if (header->structured) type.note = "the elements are records of several fields";
  ir::StoredTensor tensor = describe(*header, type, source);
  if (!type.readable && (type.element_bytes == 0 || header->structured)) {
    refuse(out, *header, source, std::move(tensor));
    return source.content.size();
  }
  const auto size = product_bytes(tensor.shape, type.element_bytes);
  if (!size) {
    out.problems.error(Code::kBadCount, source.base, source.name,
                       "its shape has more bytes than any file; the header is damaged");
    tensor.payload = ir::Payload::kCut;
    out.tensors.push_back(std::move(tensor));
    return 0;
  }
  tensor.size = *size;
  if (source.whole > source.content.size()) {
    tensor.payload = ir::Payload::kElsewhere;
    out.tensors.push_back(std::move(tensor));
    return source.content.size();
  }
  const ByteView rest = cursor.rest();
  tensor.bytes = rest.first(std::min<uint64_t>(tensor.size, rest.size()));
  const uint64_t used = header->size + tensor.bytes.size();
  if (source.mapped) out.byte_map.add(tensor.offset, tensor.bytes.size(), source.name);
  check_complete(out, tensor);
  turn_round(out, type, source, budget, tensor);
  if (!type.readable) {
    out.problems.warning(Code::kUnknownKind, source.base, source.name,
                         fmt::format("'{}': {}; only its bytes are shown",
                                     for_terminal(as_utf8(header->descr)), type.note));
  }
  out.tensors.push_back(std::move(tensor));
  return used;
}

std::unique_ptr<ir::TensorFile> read_npy(const std::shared_ptr<const FileBytes>& file) {
  auto out = std::make_unique<ir::TensorFile>(file, Kind::kNpy);
  const std::string_view textified = textified_magic(file->bytes());
  if (!textified.empty()) {
    read_textified(*out, textified);
  } else if (!looks_like_npy(file->bytes())) {
    out->problems.error(Code::kUnknownKind, 0, "npy magic", "is not there; this is no npy file");
  }
  Budget budget(file->size());
  uint64_t at = 0;
  while (as_text(file->bytes().subspan(at)).starts_with(kMagic)) {
    if (at > 0 && !budget.take(2 * sizeof(ir::StoredTensor))) break;
    NpySource source;
    source.content = file->bytes().subspan(at);
    source.base = at;
    source.name = fmt::format("output:{}", out->tensors.size());
    const uint64_t used = add_npy_array(*out, source, budget);
    if (used == 0) break;
    at += used;
  }
  if (at > 0 && at < file->size()) {
    out->problems.warning(
        Code::kUnexplainedBytes, at, "",
        fmt::format("{} bytes follow the array; they were left out", file->size() - at));
  }
  out->account = out->byte_map.account(file->bytes());
  return out;
}

}  // namespace omscope::tensorfile
