#include "omscope/diagnose/mask_text.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "omscope/core/text.h"

namespace omscope::diagnose {
namespace {

constexpr auto kNone = std::string_view::npos;
constexpr size_t kShortestName = 3;

bool is_alnum(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_word(char c) {
  return is_alnum(c) || c == '_';
}
bool is_hex(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}
bool is_name(char c) {
  return is_word(c) || c == '-' || c == '.';
}
bool is_path_byte(char c) {
  return is_name(c) || c == '/' || c == '+' || c == '@' || c == '~' || c == '!' ||
         (static_cast<unsigned char>(c) & 0x80U) != 0;
}

template <class Fits>
size_t run(std::string_view text, size_t at, Fits fits) {
  while (at < text.size() && fits(text[at])) ++at;
  return at;
}

/// The same on all machines, so that nothing private is in them; advice names them.
bool is_system_path(std::string_view path) {
  static constexpr std::array<std::string_view, 13> kSystem = {
      "/usr",  "/dev", "/lib", "/lib64", "/etc",         "/proc",      "/sys",
      "/sbin", "/bin", "/run", "/boot",  "/var/log/npu", "/opt/Ascend"};
  return std::any_of(kSystem.begin(), kSystem.end(), [&](std::string_view start) {
    return path.starts_with(start) && (path.size() == start.size() || path[start.size()] == '/');
  });
}

/// Where a path that starts at `at` ends. A blank is part of it inside of quotes, and where what
/// follows goes on with a folder: "/home/a/my files/b.log".
size_t path_end(std::string_view text, size_t at, bool windows) {
  const auto fits = [windows](char c) {
    return is_path_byte(c) || (windows && (c == '\\' || c == ':' || c == '$'));
  };
  const char quote = at == 0 ? '\0' : text[at - 1];
  if (quote == '"' || quote == '\'' || quote == '`') {
    const size_t close = text.find(quote, at);
    const size_t end = run(text, at, [&](char c) { return fits(c) || c == ' '; });
    if (close != kNone && end >= close) return close;
  }
  size_t end = run(text, at, fits);
  const char separator = windows ? '\\' : '/';
  while (end < text.size() && text[end] == ' ') {
    const size_t next = run(text, end + 1, fits);
    const std::string_view word = text.substr(end + 1, next - end - 1);
    const size_t slash = word.find(separator);
    const bool another = word.starts_with('/') || word.starts_with('.') || word.starts_with('~') ||
                         (word.size() > 1 && word[1] == ':');
    if (slash == kNone || slash == 0 || another) break;
    end = next;
  }
  return end;
}

std::string masked_path(std::string_view path, char separator) {
  const size_t last = path.rfind(separator);
  return "<path>" + std::string(last == kNone ? std::string_view() : path.substr(last));
}

/// "C:\a", "\\server\share"
bool starts_windows_path(std::string_view text, size_t at) {
  if (at > 0 && (is_word(text[at - 1]) || text[at - 1] == '\\')) return false;
  const std::string_view rest = text.substr(at);
  if (rest.size() > 3 && is_alnum(rest[0]) && !is_digit(rest[0]) && rest[1] == ':' &&
      rest[2] == '\\') {
    return true;
  }
  if (rest.size() < 4 || !rest.starts_with("\\\\") || !is_alnum(rest[2])) return false;
  const size_t server = run(rest, 2, is_name);
  return server + 1 < rest.size() && rest[server] == '\\' && is_alnum(rest[server + 1]);
}

void add_name(std::string_view name, std::set<std::string>& names) {
  while (name.ends_with('.') || name.ends_with('-')) name.remove_suffix(1);
  static constexpr std::array<std::string_view, 4> kNobody = {"root", "localhost", "Public",
                                                              "none"};
  if (name.size() < kShortestName || name == "HwHiAiUser") return;
  if (std::find(kNobody.begin(), kNobody.end(), name) == kNobody.end()) names.emplace(name);
}

void collect_users(std::string_view text, std::set<std::string>& users) {
  for (const std::string_view home :
       {"/home/", "/Users/", "\\Users\\", "/data/home/", "user=", "username=", "USER="}) {
    for (size_t at = text.find(home); at != kNone; at = text.find(home, at + 1)) {
      const size_t begin = at + home.size();
      add_name(text.substr(begin, run(text, begin, is_name) - begin), users);
    }
  }
}

/// "host train-node-03", "hostname: a", "node=a": behind a blank only what looks like a name.
void collect_hosts(std::string_view text, std::set<std::string>& hosts) {
  const std::string lower = lower_case(text);
  for (const std::string_view word : {"host", "hostname", "nodename", "node_name", "server"}) {
    for (size_t at = lower.find(word); at != std::string::npos; at = lower.find(word, at + 1)) {
      if (at > 0 && is_word(lower[at - 1])) continue;
      size_t begin = at + word.size();
      const size_t end_of_word = begin;
      begin = run(text, begin, [](char c) { return c == ' ' || c == ':' || c == '='; });
      if (begin == end_of_word || begin >= text.size() || is_digit(text[begin])) continue;
      const std::string_view mark = text.substr(end_of_word, begin - end_of_word);
      const std::string_view name = text.substr(begin, run(text, begin, is_name) - begin);
      const bool joined =
          name.substr(0, name.size() - std::min<size_t>(1, name.size())).find_first_of("-.") !=
          kNone;
      const bool numbered = std::any_of(name.begin(), name.end(), is_digit);
      const bool stated = mark.find_first_of(":=") != kNone;
      if ((stated && (joined || numbered || mark.find('=') != kNone)) || (joined && numbered)) {
        add_name(name, hosts);
      }
    }
  }
}

void collect_logins(std::string_view text, PrivateNames& names) {
  for (size_t at = text.find('@'); at != kNone; at = text.find('@', at + 1)) {
    size_t begin = at;
    while (begin > 0 && is_name(text[begin - 1])) --begin;
    const size_t end = run(text, at + 1, is_name);
    if (begin == at || end == at + 1) continue;
    add_name(text.substr(begin, at - begin), names.users);
    add_name(text.substr(at + 1, end - at - 1), names.hosts);
  }
}

/// Of "10.0.0.1" at the start: its length, else 0.
size_t ipv4_at(std::string_view text) {
  const size_t end = run(text, 0, [](char c) { return is_digit(c) || c == '.'; });
  std::string_view address = text.substr(0, end);
  while (address.ends_with('.')) address.remove_suffix(1);
  const auto parts = split(address, '.');
  const bool fits = parts.size() == 4 && std::all_of(parts.begin(), parts.end(), [](auto part) {
                      return !part.empty() && part.size() <= 3;
                    });
  return fits ? address.size() : 0;
}

/// Of "0a:1b:2c:3d:4e:5f" at the start: its length, else 0.
size_t mac_at(std::string_view text) {
  constexpr size_t kSize = 17;
  if (text.size() < kSize) return 0;
  const char separator = text[2];
  if (separator != ':' && separator != '-') return 0;
  for (size_t i = 0; i < kSize; ++i) {
    if (i % 3 == 2 ? text[i] != separator : !is_hex(text[i])) return 0;
  }
  const bool longer = text.size() > kSize && (is_word(text[kSize]) || text[kSize] == separator);
  return longer ? 0 : kSize;
}

/// Of "fe80::1" at the start: its length, else 0. Names of C++ have no digits between colons.
size_t ipv6_at(std::string_view text) {
  size_t end = run(text, 0, [](char c) { return is_hex(c) || c == ':'; });
  if (end < text.size() && is_word(text[end])) return 0;
  std::string_view address = text.substr(0, end);
  if (address.ends_with(':') && !address.ends_with("::")) address.remove_suffix(1);
  const auto colons = std::count(address.begin(), address.end(), ':');
  const bool digits = std::any_of(address.begin(), address.end(), is_digit);
  const bool whole = colons == 7 || (colons >= 2 && address.find("::") != kNone);
  if (!whole || !digits || address.find(":::") != kNone) return 0;
  for (const std::string_view part : split(address, ':')) {
    if (part.size() > 4) return 0;
  }
  return address.size();
}

void replace_name(std::string& text, std::string_view name, std::string_view mask, bool joined) {
  for (size_t at = text.find(name); at != std::string::npos; at = text.find(name, at)) {
    const auto bounds = [&](char c) { return joined ? is_alnum(c) : is_word(c); };
    const bool starts = at == 0 || !bounds(text[at - 1]);
    const bool ends = at + name.size() == text.size() || !bounds(text[at + name.size()]);
    if (!starts || !ends) {
      ++at;
      continue;
    }
    text.replace(at, name.size(), mask);
    at += mask.size();
  }
}

/// "[ERROR] RUNTIME(4242,alice_train):": the process may be called after its user.
void mask_process(std::string& text, const std::set<std::string>& users) {
  const size_t open = text.find('(');
  const size_t close = open == std::string::npos ? open : text.find("):", open);
  constexpr size_t kLongest = 300;
  if (close == std::string::npos || close - open > kLongest) return;
  const size_t comma = text.find(',', open);
  if (comma == std::string::npos || comma > close) return;
  std::string process = text.substr(comma + 1, close - comma - 1);
  for (const std::string& user : users) replace_name(process, user, "<user>", true);
  text.replace(comma + 1, close - comma - 1, process);
}

}  // namespace

void collect_names(std::string_view text, PrivateNames& names) {
  collect_users(text, names.users);
  collect_hosts(text, names.hosts);
  collect_logins(text, names);
}

std::string mask_paths(std::string_view text) {
  std::string out;
  size_t i = 0;
  while (i < text.size()) {
    if (starts_windows_path(text, i)) {
      const size_t end = path_end(text, i, true);
      out += masked_path(text.substr(i, end - i), '\\');
      i = end;
      continue;
    }
    const bool at_start = i == 0 || !is_path_byte(text[i - 1]);
    if (!at_start || !is_path_byte(text[i])) {
      out += text[i++];
      continue;
    }
    const std::string_view word = text.substr(i, run(text, i, is_path_byte) - i);
    const bool path =
        word[0] == '/' || word.starts_with("../") || word.starts_with("./") || word[0] == '~';
    const bool deep = word.find('/', 1) != kNone;
    if (!path || !deep || is_system_path(word)) {
      out += word;
      i += word.size();
      continue;
    }
    const size_t end = path_end(text, i, false);
    out += masked_path(text.substr(i, end - i), '/');
    i = end;
  }
  return out;
}

std::string mask_addresses(std::string_view text) {
  std::string out;
  size_t i = 0;
  while (i < text.size()) {
    const bool inside = i > 0 && (is_word(text[i - 1]) || text[i - 1] == '.' || text[i - 1] == ':');
    const bool may = !inside && (is_hex(text[i]) || text[i] == ':');
    const std::string_view rest = text.substr(i);
    if (const size_t size = may ? mac_at(rest) : 0; size != 0) {
      out += "<mac>";
      i += size;
    } else if (const size_t host = !may ? 0 : std::max(ipv4_at(rest), ipv6_at(rest)); host != 0) {
      out += "<host>";
      i += host;
    } else {
      out += text[i++];
    }
  }
  return out;
}

void mask_names(std::string& text, const PrivateNames& names) {
  for (const std::string& host : names.hosts) replace_name(text, host, "<host>", false);
  mask_process(text, names.users);
  for (const std::string& user : names.users) replace_name(text, user, "<user>", false);
}

}  // namespace omscope::diagnose
