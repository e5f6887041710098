#include <algorithm>

#include "omscope/diagnose/incident.h"

namespace omscope::diagnose {

void Case::add(Fact fact) {
  constexpr size_t kShort = 320;
  ++lines;
  if (fact.time != 0) {
    first_time = first_time == 0 ? fact.time : std::min(first_time, fact.time);
    last_time = std::max(last_time, fact.time);
  }
  if (!pid && fact.pid) pid = fact.pid;
  last_line = fact.line;
  last_file = fact.file;
  const bool weak = fact.kind >= FactKind::kGraphAssert;
  // The specific ones are few; room is kept for them behind a flood of the others.
  if (facts.size() >= (weak ? kMostFacts / 2 : kMostFacts)) {
    const bool needed = fact.kind >= FactKind::kArgs && fact.kind < FactKind::kDumpTensor;
    if (!needed || facts.size() >= kMostFacts) return;
  }
  if (weak && fact.kind != FactKind::kArgs && fact.text.size() > kShort) fact.text.resize(kShort);
  facts.push_back(std::move(fact));
}

const Fact* Case::first(FactKind kind) const {
  for (const Fact& fact : facts) {
    if (fact.kind == kind) return &fact;
  }
  return nullptr;
}

std::vector<const Fact*> Case::all(FactKind kind) const {
  std::vector<const Fact*> found;
  for (const Fact& fact : facts) {
    if (fact.kind == kind) found.push_back(&fact);
  }
  return found;
}

const Fact* Case::root() const {
  const Fact* root = nullptr;
  for (const Fact& fact : facts) {
    if (!is_fault(fact.kind)) continue;
    const bool better = root == nullptr || fact.kind < root->kind ||
                        (fact.kind == root->kind && fact.time != 0 && fact.time < root->time);
    if (better) root = &fact;
  }
  return root;
}

bool Case::has_specific() const {
  const Fact* found = root();
  return found != nullptr && found->kind < FactKind::kGraphAssert;
}

bool Case::has_code(std::string_view code) const {
  for (const Fact& fact : facts) {
    for (const auto& [name, value] : fact.fields) {
      if (name == "code" && value == code) return true;
    }
  }
  return false;
}

}  // namespace omscope::diagnose
