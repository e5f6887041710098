#include "omscope/formats/detect.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "omscope/core/byte_order_mark.h"
#include "omscope/core/text.h"
#include "omscope/formats/config/acl_json.h"
#include "omscope/formats/dump/recognise.h"
#include "omscope/formats/graphtext/graphtext_reader.h"
#include "omscope/formats/log/log_summary.h"
#include "omscope/formats/om/dialect.h"
#include "omscope/formats/om/om2.h"
#include "omscope/formats/onnx/onnx_reader.h"
#include "omscope/formats/other_kinds.h"
#include "omscope/formats/tensorfile/baseline_file.h"
#include "omscope/formats/tensorfile/msprobe.h"
#include "omscope/formats/tensorfile/npy.h"
#include "omscope/formats/tensorfile/npz.h"
#include "omscope/formats/tensorfile/pt.h"
#include "omscope/formats/tensorfile/tensor_pb.h"

namespace omscope {
namespace {

Detection unknown(std::string detected, std::string explanation) {
  return {Kind::kUnknown, std::move(detected), std::move(explanation)};
}

bool is_printable(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0x20 || c == '\n' || c == '\r' || c == '\t';
  });
}

/// Links are stored as a short text with the path they point to by tools that cannot store links.
bool is_path(std::string_view text) {
  constexpr size_t kLongest = 4096;
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.remove_suffix(1);
  return text.size() < kLongest && text.find('/') != std::string_view::npos &&
         text.find_first_of(" \t\n{}<>:\"") == std::string_view::npos;
}

bool starts_as_html(std::string_view text) {
  std::string head(text.substr(0, 512));
  std::transform(head.begin(), head.end(), head.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  const size_t start = head.find_first_not_of(" \t\r\n");
  const std::string_view body =
      start == std::string::npos ? "" : std::string_view(head).substr(start);
  return body.starts_with("<!doctype html") || body.starts_with("<html");
}

std::string with_article(std::string_view noun) {
  const bool mass = (noun.ends_with('s') && noun.find(" of ") == std::string_view::npos) ||
                    noun.ends_with("data");
  if (mass) return std::string(noun);
  const bool vowel = std::string_view("aeiouAEIOU").find(noun[0]) != std::string_view::npos;
  return fmt::format("{} {}", vowel ? "an" : "a", noun);
}

Detection not_yet(Kind kind) {
  return unknown(std::string(to_string(kind)) + " (no reader yet)",
                 fmt::format("it is {}, which this version does not read; name a model or a dump",
                             with_article(describe(kind))));
}

Detection of_text(std::string_view text) {
  if (text.starts_with("version https://git-lfs")) {
    return unknown("lfs-pointer",
                   "it is a Git LFS pointer, not the file itself; run 'git lfs pull' where it came "
                   "from");
  }
  if (starts_as_html(text)) {
    return unknown("html",
                   "it is a web page, most likely the error page of a failed download; "
                   "download the file again");
  }
  const Kind kind = graphtext::recognise(text);
  if (kind != Kind::kUnknown) return {kind, "", ""};
  if (tensorfile::looks_like_msprobe(as_bytes(text))) return {Kind::kMsprobeJson, "", ""};
  if (config::looks_like_acl_json(as_bytes(text))) return {Kind::kAclJson, "", ""};
  if (log::looks_like_log(as_bytes(text))) return {Kind::kLog, "", ""};
  if (const std::string_view what = foreign_file(as_bytes(text)); !what.empty()) {
    return unknown("unknown", fmt::format("it is {}", what));
  }
  if (text.starts_with("NPU Name,Bench Name,")) {
    return unknown("text",
                   "it is a table that msprobe made of a comparison, and holds no tensors; name "
                   "the dumps that were compared");
  }
  if (is_path(text)) {
    return unknown("path-stub", "it is the text of a link to '" +
                                    for_terminal(shortened(text.substr(0, text.find('\n')), 60)) +
                                    "'; get the file that it points to");
  }
  if (const auto other = kind_of_other_text(text)) {
    const bool read = *other == Kind::kAippConfig || *other == Kind::kKernelJson;
    return read ? Detection{*other, "", ""} : not_yet(*other);
  }
  return unknown("text", "it is text of no kind that can be read; name a model or a dump");
}

/// Bytes that look like noise all over are encrypted or compressed: every value is about as
/// frequent as any other.
bool looks_encrypted(ByteView bytes) {
  constexpr size_t kLook = size_t{1} << 16;
  constexpr size_t kLeast = 4096;
  if (bytes.size() < kLeast) return false;
  const ByteView head = bytes.first(std::min(kLook, bytes.size()));
  std::array<uint32_t, 256> counts{};
  for (const std::byte byte : head) ++counts.at(static_cast<uint8_t>(byte));
  const double expected = static_cast<double>(head.size()) / 256;
  double chi_square = 0;
  for (const uint32_t count : counts) {
    const double difference = count - expected;
    chi_square += difference * difference / expected;
  }
  constexpr double kNoise = 400;  // 255 degrees of freedom: noise stays below 330 nearly always
  return chi_square < kNoise;
}

Detection of_archive(ByteView bytes) {
  if (om::is_om2(bytes)) return {Kind::kOm2, "", ""};
  if (tensorfile::looks_like_pt(bytes)) return {Kind::kPt, "", ""};
  if (tensorfile::looks_like_npz(bytes)) return {Kind::kNpz, "", ""};
  return unknown("zip",
                 "it is a zip archive, but neither an om2 model nor one of tensors; unpack it "
                 "first");
}

Detection of_om(ByteView bytes) {
  const om::Dialect dialect = om::recognise(bytes);
  if (dialect.kind != Kind::kUnknown) return {dialect.kind, "", ""};
  return unknown(std::string(dialect.detected), std::string(dialect.remedy));
}

}  // namespace

Detection detect(ByteView bytes) {
  constexpr size_t kLook = size_t{1} << 16;
  const ByteView marked = without_byte_order_mark(bytes);
  if (marked.size() < bytes.size() && is_printable(as_text(marked).substr(0, kLook))) {
    if (marked.empty()) return unknown("empty", "it has nothing but a byte order mark");
    return detect(marked);
  }
  if (bytes.empty()) {
    return unknown("empty",
                   "it has no bytes: the download or the conversion failed; make it again");
  }
  const std::string_view text = as_text(bytes);
  if (text.starts_with("PK\x03\x04")) return of_archive(bytes);
  if (om::starts_like_om(bytes)) return of_om(bytes);
  if (const Kind kind = dump::recognise(bytes); kind != Kind::kUnknown) return {kind, "", ""};
  if (tensorfile::looks_like_npy(bytes)) return {Kind::kNpy, "", ""};
  if (tensorfile::looks_like_baseline(bytes)) return {Kind::kBaseline, "", ""};
  if (is_printable(text.substr(0, kLook))) return of_text(text);
  if (log::looks_like_log(bytes)) return {Kind::kLog, "", ""};
  if (const auto later = kind_of_other_bytes(bytes)) return not_yet(*later);
  if (const std::string_view what = foreign_file(bytes); !what.empty()) {
    return unknown("unknown", fmt::format("it is {}", what));
  }
  if (tensorfile::looks_like_pt(bytes)) return {Kind::kPt, "", ""};
  if (onnx::looks_like_model(bytes)) return {Kind::kOnnx, "", ""};
  if (tensorfile::looks_like_tensor_pb(bytes)) return {Kind::kTensorPb, "", ""};
  if (looks_encrypted(bytes)) {
    return unknown("encrypted",
                   "its bytes are noise: it is encrypted or compressed; get the plain "
                   "file from the application it belongs to");
  }
  return unknown("unknown",
                 "its content is of no kind that can be read; check that it is the right file");
}

}  // namespace omscope
