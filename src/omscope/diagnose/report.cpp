#include "omscope/diagnose/report.h"

#include <algorithm>

namespace omscope::diagnose {

std::string_view to_string(Certainty certainty) {
  switch (certainty) {
    case Certainty::kCertain: return "certain";
    case Certainty::kLikely: return "likely";
    case Certainty::kHint: break;
  }
  return "hint";
}

std::string_view to_string(Outcome outcome) {
  switch (outcome) {
    case Outcome::kOk: return "ok";
    case Outcome::kFailed: return "failed";
    case Outcome::kUnknown: break;
  }
  return "unknown";
}

void Registers::set(std::string_view name, std::string value) {
  if (find(name) == nullptr) words.emplace_back(name, std::move(value));
}

const std::string* Registers::find(std::string_view name) const {
  for (const auto& [word, value] : words) {
    if (word == name) return &value;
  }
  return nullptr;
}

bool Report::has_fault() const {
  return !incidents.empty() ||
         std::any_of(findings.begin(), findings.end(),
                     [](const Finding& each) { return each.severity == Severity::kError; });
}

}  // namespace omscope::diagnose
