#include "omscope/formats/om/dialect.h"

#include "omscope/formats/om/partition_table.h"
#include "omscope/formats/wire/wire_reader.h"

namespace omscope::om {
namespace {

constexpr uint32_t kPicoMagic = 0x4F434950;  // "PICO"
constexpr uint64_t kPicoHeaderSize = 32;

bool is_pico(const ByteCursor& file) {
  const auto magic = file.peek<uint32_t>();
  const auto size = file.peek<uint32_t>(8);
  const auto param_size = file.peek<uint32_t>(12);
  const auto param_offset = file.peek<uint32_t>(16);
  const auto tfm_offset = file.peek<uint32_t>(24);
  const auto tfm_size = file.peek<uint32_t>(28);
  if (magic != kPicoMagic || !tfm_size || file.remaining() < kPicoHeaderSize) return false;
  const uint64_t param_end = uint64_t{*param_offset} + *param_size;
  const uint64_t tfm_end = uint64_t{*tfm_offset} + *tfm_size;
  return *size <= file.remaining() && param_end <= *tfm_offset && tfm_end <= *size;
}

/// The bundle writer leaves magic, size and version zero: modeltype, and a length that (unlike all
/// others) counts the header.
bool is_bundle_without_magic(const ByteCursor& file) {
  const auto magic = file.peek<uint32_t>();
  const auto modeltype = file.peek<uint8_t>(82);
  const auto model_num = file.peek<uint32_t>(156);
  const auto length = file.peek<uint64_t>(184);
  return magic == 0U && modeltype == kTypeBundle && model_num.value_or(0) >= 1 &&
         length == file.remaining();
}

/// The body of a file from before partition tables: a domi.ModelDef with ops in field 20.
bool is_old_model_def(ByteView body) {
  if (body.empty() || body[0] != std::byte{0x0A}) return false;
  size_t ops = 0;
  wire::Reader reader(body);
  while (reader.next()) ops += reader.tag() == wire::bytes(20) ? 1U : 0U;
  return ops > 0;
}

bool has_narrow_table(const ByteCursor& file) {
  constexpr size_t kMostEntries = 64;
  const auto table = parse_table(file, kHeaderSize, Width::k32);
  return table && table->entries.size() <= kMostEntries && is_plausible(*table, file.remaining());
}

Dialect of_imod(ByteView bytes, const ByteCursor& file) {
  if (as_text(bytes).substr(4, 2) == "V1") {
    return {Kind::kUnknown, "3dmod",
            "it is an electron-microscopy model of the IMOD programs; name an Ascend model"};
  }
  if (bytes.size() < kHeaderSize) {
    return {Kind::kUnknown, "truncated",
            "the header of an offline model has 256 bytes; copy the "
            "file again"};
  }
  const auto header = parse_header(file);
  const bool known_version =
      header && (header->version == kVersion1 || header->version == kVersion2);
  if (!known_version || header->headsize != kHeaderSize) {
    return {Kind::kUnknown, "unknown",
            "it has the magic of an offline model, but no header that is known: damaged, or of a "
            "newer format; copy the file again, or look for a newer omscope"};
  }
  if (!header->second_generation()) {
    if (!has_narrow_table(file) && is_old_model_def(bytes.subspan(kHeaderSize))) {
      return {Kind::kOm, "", "", true};
    }
    constexpr uint8_t kMostAscendType = 2;
    const bool hiai = header->modeltype > kMostAscendType || header->platform_type != 1;
    return {hiai ? Kind::kOmHiai : Kind::kOm};
  }
  switch (header->modeltype) {
    case kTypeFlow: return {Kind::kOmFlow};
    case kTypeLite: return {Kind::kOmLite};
    case kTypeBundle: return {Kind::kOmBundle};
    default: return {Kind::kOm};
  }
}

}  // namespace

bool starts_like_om(ByteView bytes) {
  const ByteCursor file("", bytes);
  const auto magic = file.peek<uint32_t>();
  return magic == kMagic || magic == kPicoMagic || is_bundle_without_magic(file);
}

Dialect recognise(ByteView bytes) {
  const ByteCursor file("", bytes);
  const auto magic = file.peek<uint32_t>();
  if (magic == kMagic) return of_imod(bytes, file);
  if (is_bundle_without_magic(file)) return {Kind::kOmBundle};
  if (is_pico(file)) return {Kind::kOmSvp};
  if (magic == kPicoMagic) {
    return {
        Kind::kUnknown, "truncated",
        "it starts as an SVP model, but its sections reach beyond its end; copy the file again"};
  }
  return {Kind::kUnknown, "unknown", "it is no offline model; check that it is the right file"};
}

}  // namespace omscope::om
