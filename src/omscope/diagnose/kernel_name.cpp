#include "omscope/diagnose/kernel_name.h"

#include <algorithm>
#include <cctype>

#include "omscope/core/text.h"
#include "omscope/diagnose/integral_key.h"

namespace omscope::diagnose {
namespace {

/// Hashes have 16, 32 or 64 digits; some builds write 17, or drop a leading zero.
bool is_hash(std::string_view part) {
  constexpr size_t kShortest = 14;
  return part.size() >= kShortest && part.size() <= 64 &&
         std::all_of(part.begin(), part.end(), [](unsigned char c) {
           return std::isdigit(c) != 0 || (c >= 'a' && c <= 'f');
         });
}

bool is_number(std::string_view part) {
  return !part.empty() && std::all_of(part.begin(), part.end(),
                                      [](unsigned char c) { return std::isdigit(c) != 0; });
}

bool drop(std::string_view& text, std::string_view suffix) {
  if (!text.ends_with(suffix)) return false;
  text.remove_suffix(suffix.size());
  return true;
}

void strip(std::string_view& name, KernelName& out) {
  for (const std::string_view suffix : {".json", ".o", ".cce", "_loc"}) drop(name, suffix);
  drop(name, "__kernel0");
  if (drop(name, "_mix_aic")) out.core = "aic";
  if (drop(name, "_mix_aiv")) out.core = "aiv";
  drop(name, "__kernel0");
  out.is_host_copy = drop(name, "_host");
  out.stem = name;
}

/// What follows the hashes: a mode, "static_bin", a number, in any order.
void read_tail(std::string_view tail, KernelName& out) {
  out.is_static_binary = drop(tail, "_static_bin") || drop(tail, "static_bin");
  // The first mode is the default, which has no name in kernels.
  for (uint32_t i = 1; !implementation_mode(i).empty(); ++i) {
    const std::string_view mode = implementation_mode(i);
    const size_t at = tail.find(mode);
    if (at != std::string_view::npos) out.implementation = tail.substr(at, mode.size());
  }
  const size_t last = tail.rfind('_');
  const std::string_view number = last == std::string_view::npos ? tail : tail.substr(last + 1);
  if (is_number(number)) out.number = number;
}

}  // namespace

std::optional<KernelName> parse_kernel_name(std::string_view name) {
  constexpr size_t kLongest = 512;
  const bool plain = !name.empty() && name.size() <= kLongest &&
                     std::all_of(name.begin(), name.end(), [](unsigned char c) {
                       return std::isalnum(c) != 0 || c == '_' || c == '.' || c == '-';
                     });
  if (!plain) return std::nullopt;
  KernelName out;
  strip(name, out);
  std::string_view rest = out.stem;
  out.from_compiler = rest.starts_with("te_");
  if (out.from_compiler) rest.remove_prefix(3);
  const char* op_end = nullptr;
  const char* hash_end = nullptr;
  for (const std::string_view part : split(rest, '_')) {
    const bool hash = is_hash(part) && (hash_end == nullptr || part.data() == hash_end + 1) &&
                      !(hash_end != nullptr && is_number(part));
    if (!hash) continue;
    if (op_end == nullptr) op_end = part.data() - 1;
    hash_end = part.data() + part.size();
    out.hashes.push_back(part);
  }
  if (out.hashes.empty() || op_end <= rest.data()) return std::nullopt;
  out.op = rest.substr(0, static_cast<size_t>(op_end - rest.data()));
  if (is_number(out.op)) return std::nullopt;
  const size_t after = static_cast<size_t>(hash_end - rest.data());
  if (after < rest.size()) read_tail(rest.substr(after + 1), out);
  return out;
}

}  // namespace omscope::diagnose
