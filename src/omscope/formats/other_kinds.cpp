#include "omscope/formats/other_kinds.h"

#include <algorithm>
#include <array>

#include "omscope/core/byte_cursor.h"

namespace omscope {
namespace {

using namespace std::string_view_literals;

/// Files of other programs, by bytes at a fixed place.
struct Foreign {
  size_t offset;
  std::string_view bytes;
  std::string_view what;
};
constexpr std::array kForeign = {
    Foreign{0, "\x1f\x8b"sv, "a gzip file; unpack it first (gunzip)"},
    Foreign{0, "BZh"sv, "a bzip2 file; unpack it first (bunzip2)"},
    Foreign{0,
            "\xfd"
            "7zXZ\0"sv,
            "an xz file; unpack it first (unxz)"},
    Foreign{0, "\x28\xb5\x2f\xfd"sv, "a Zstandard file; unpack it first (unzstd)"},
    Foreign{0, "7z\xbc\xaf\x27\x1c"sv, "a 7-Zip archive; unpack it first"},
    Foreign{0, "Rar!\x1a\x07"sv, "a RAR archive; unpack it first"},
    Foreign{257, "ustar"sv, "a tar archive; unpack it first (tar xf)"},
    Foreign{0, "\x89PNG\r\n\x1a\n"sv, "a PNG image; name the model, not its input"},
    Foreign{0, "\xff\xd8\xff"sv, "a JPEG image; name the model, not its input"},
    Foreign{0, "%PDF-"sv, "a PDF document; name the model"},
    Foreign{0, "\x89HDF\r\n\x1a\n"sv,
            "an HDF5 file, as Keras writes them; convert it to ONNX first"},
    Foreign{4, "TFL3"sv, "a TensorFlow Lite model; convert it to ONNX first"},
    Foreign{0, "\xff\xfe"sv, "text in UTF-16; save it as UTF-8 first"},
    Foreign{0, "\xfe\xff"sv, "text in UTF-16; save it as UTF-8 first"},
};

/// Kinds by the text they start with, or by words among the first ones. A JSON file needs all of
/// its words.
struct Marks {
  Kind kind;
  std::string_view start;
  std::array<std::string_view, 2> words;
};
constexpr std::array kMarks = {
    Marks{Kind::kStatsCsv, "Op Type,Op Name,", {}},
    Marks{Kind::kGeReadable, "graph(", {}},
    Marks{Kind::kAippConfig, "", {"aipp_op {"}},
    Marks{Kind::kAippConfig, "", {"aipp_op{"}},
    Marks{Kind::kKernelJson, "{", {"\"binFileName\"", "\"kernelName\""}},
    Marks{Kind::kKernelJson, "{", {"\"RT_DEV_BINARY_MAGIC_"}},
    Marks{Kind::kFusionResult, "", {"\"graph_fusion\"", "\"ub_fusion\""}},
    Marks{Kind::kFusionResult, "", {"\"match_times\"", "\"effect_times\""}},
};

bool has_all(std::string_view text, const std::array<std::string_view, 2>& words) {
  return std::all_of(words.begin(), words.end(), [&](std::string_view word) {
    return text.find(word) != std::string_view::npos;
  });
}

}  // namespace

std::optional<Kind> kind_of_other_bytes(ByteView bytes) {
  constexpr uint16_t kAiCore = 0x1029;
  const ByteCursor file("", bytes);
  const bool elf = as_text(bytes).starts_with(
      "\x7f"
      "ELF");
  return elf && file.peek<uint16_t>(18) == kAiCore ? std::optional(Kind::kKernelElf) : std::nullopt;
}

std::optional<Kind> kind_of_other_text(std::string_view text) {
  constexpr size_t kLook = size_t{1} << 16;
  std::string_view head = text.substr(0, kLook);
  head.remove_prefix(std::min(head.find_first_not_of(" \t\r\n"), head.size()));
  for (const Marks& marks : kMarks) {
    if (head.starts_with(marks.start) && has_all(head, marks.words)) return marks.kind;
  }
  return std::nullopt;
}

std::string_view foreign_file(ByteView bytes) {
  const std::string_view text = as_text(bytes);
  for (const Foreign& each : kForeign) {
    if (text.size() >= each.offset && text.substr(each.offset).starts_with(each.bytes)) {
      return each.what;
    }
  }
  if (text.starts_with("\x7f"
                       "ELF")) {
    return "an ELF program or library for a host; name the model";
  }
  const bool zeros =
      std::all_of(bytes.begin(), bytes.end(), [](std::byte each) { return each == std::byte{0}; });
  if (zeros) return "all zero bytes: the copy or the download failed; get the file again";
  return {};
}

}  // namespace omscope
