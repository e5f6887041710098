#include "omscope/diagnose/redact.h"

#include <algorithm>
#include <functional>
#include <set>

#include "omscope/core/text.h"

namespace omscope::diagnose {
namespace {

bool is_path_byte(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '/' || c == '.' ||
         c == '_' || c == '-' || c == '+' || c == '@' || c == '~' || c == '!' ||
         (static_cast<unsigned char>(c) & 0x80U) != 0;
}
bool is_word(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

void for_each_text(Report& report, const std::function<void(std::string&)>& change) {
  const auto both = [&](Text& text) {
    change(text.en);
    change(text.zh);
  };
  const auto all = [&](std::vector<Evidence>& list) {
    for (Evidence& each : list) {
      change(each.file);
      change(each.text);
    }
  };
  for (Incident& each : report.incidents) {
    change(each.kernel);
    change(each.op_name);
    change(each.dump_file);
    both(each.conclusion);
    both(each.cause);
    for (Text& action : each.actions) both(action);
    for (auto& [name, value] : each.registers.words) change(value);
    all(each.evidence);
  }
  for (Finding& each : report.findings) {
    both(each.message);
    all(each.evidence);
  }
  for (MissingEvidence& each : report.missing_evidence) both(each.what);
  for (Problem& each : report.problems) {
    change(each.file);
    change(each.message);
    change(each.where);
  }
}

void collect_users(std::string_view text, std::set<std::string>& users) {
  for (const std::string_view home : {"/home/", "/Users/", "/data/home/"}) {
    for (size_t at = text.find(home); at != std::string_view::npos; at = text.find(home, at + 1)) {
      const size_t begin = at + home.size();
      size_t end = begin;
      while (end < text.size() && is_path_byte(text[end]) && text[end] != '/') ++end;
      constexpr size_t kShortest = 3;
      if (end - begin >= kShortest) users.emplace(text.substr(begin, end - begin));
    }
  }
}

/// "/a/b/c.log" and "a/b/c.log" as "<path>/c.log".
std::string mask_paths(std::string_view text, bool relative) {
  std::string out;
  size_t i = 0;
  while (i < text.size()) {
    const bool at_start = i == 0 || !is_path_byte(text[i - 1]);
    if (!at_start || !is_path_byte(text[i])) {
      out += text[i++];
      continue;
    }
    size_t end = i;
    while (end < text.size() && is_path_byte(text[end])) ++end;
    const std::string_view token = text.substr(i, end - i);
    const bool climbs = token.starts_with("../") || token.starts_with("./") || token[0] == '~';
    const bool path = token[0] == '/' || climbs || relative;
    const size_t slash = token.rfind('/');
    const bool deep =
        slash != std::string_view::npos && (slash > 0 || relative) && token.size() > slash + 1;
    if (path && deep) {
      out += "<path>/";
      out += token.substr(slash + 1);
    } else {
      out += token;
    }
    i = end;
  }
  return out;
}

/// "10.0.0.1": four numbers, which versions seldom have behind a blank or a bracket.
std::string mask_hosts(std::string_view text) {
  std::string out;
  size_t i = 0;
  while (i < text.size()) {
    const bool at_start = i == 0 || (!is_word(text[i - 1]) && text[i - 1] != '.');
    size_t end = i;
    int dots = 0;
    bool fits = at_start;
    size_t digits = 0;
    while (fits && end < text.size() && (is_digit(text[end]) || text[end] == '.')) {
      if (text[end] == '.') {
        if (digits == 0 || digits > 3) fits = false;
        ++dots;
        digits = 0;
      } else {
        ++digits;
      }
      ++end;
    }
    if (fits && dots == 3 && digits > 0 && digits <= 3) {
      out += "<host>";
      i = end;
      continue;
    }
    out += text[i++];
  }
  return out;
}

void mask_word(std::string& text, std::string_view word, std::string_view mask) {
  for (size_t at = text.find(word); at != std::string::npos; at = text.find(word, at)) {
    const bool starts = at == 0 || !is_word(text[at - 1]);
    const bool ends = at + word.size() == text.size() || !is_word(text[at + word.size()]);
    if (!starts || !ends) {
      ++at;
      continue;
    }
    text.replace(at, word.size(), mask);
    at += mask.size();
  }
}

}  // namespace

void redact(Report& report) {
  std::set<std::string> users;
  for_each_text(report, [&](std::string& text) { collect_users(text, users); });
  const auto mask = [&](std::string& text) {
    text = mask_hosts(mask_paths(text, false));
    for (const std::string& user : users) mask_word(text, user, "<user>");
  };
  for_each_text(report, mask);
  for (Incident& each : report.incidents) {
    for (Evidence& evidence : each.evidence) evidence.file = mask_paths(evidence.file, true);
  }
  for (Finding& each : report.findings) {
    for (Evidence& evidence : each.evidence) evidence.file = mask_paths(evidence.file, true);
  }
  for (Problem& each : report.problems) each.file = mask_paths(each.file, true);
}

}  // namespace omscope::diagnose
