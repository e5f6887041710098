// The part of the collector that reads screens, and the end of the work.
#include <algorithm>
#include <limits>

#include "omscope/diagnose/incident.h"

namespace omscope::diagnose {
namespace {

constexpr size_t kNone = std::numeric_limits<size_t>::max();
constexpr int64_t kSecond = 1'000'000;
constexpr uint64_t kSameBlock = 60;  // lines

bool is_of_kernel(FactKind kind) {
  return kind <= FactKind::kAicpuError || kind == FactKind::kKernelFailed ||
         kind == FactKind::kTaskFailed;
}

/// Whether the fact ends or continues what another line began.
bool only_continues(FactKind kind) {
  return kind == FactKind::kException || kind == FactKind::kPytorchTail ||
         kind == FactKind::kPublicCode || !is_fault(kind);
}

bool joins_screen(const Case& each, const Fact& fact) {
  if (each.closed || fact.line - each.last_line > kSameBlock) return false;
  if (each.pid && fact.pid && each.pid != fact.pid) return false;
  // A second exception is another story, or the same one told again by a caller.
  if (fact.kind == FactKind::kException && each.has(FactKind::kException)) return false;
  if (only_continues(fact.kind)) return true;
  const Fact* root = each.root();
  if (root == nullptr || only_continues(root->kind)) return true;
  if (is_of_kernel(root->kind) && is_of_kernel(fact.kind)) return true;
  // Lists of the same complaint, one op each.
  const bool list = root->kind == fact.kind && (fact.kind == FactKind::kUnsupportedOp ||
                                                fact.kind == FactKind::kMissingBinary);
  const bool starts_anew = fact.time != 0 && root->time != 0 && fact.time != root->time;
  return list && !starts_anew && fact.line - each.last_line <= 4 && fact.field("code").empty();
}

bool is_strong(const Case& each) {
  return each.has_specific();
}

/// The clock of a device may run in another time zone.
bool same_moment(int64_t a, int64_t b) {
  constexpr int64_t kHour = 3600 * kSecond;
  const int64_t apart = std::abs(a - b) % kHour;
  return std::min(apart, kHour - apart) <= 5 * kSecond && std::abs(a - b) <= 26 * kHour;
}

void merge(Case& into, Case& from) {
  for (Fact& fact : from.facts) into.add(std::move(fact));
  into.lines += from.lines - std::min<uint64_t>(from.lines, from.facts.size());
  from.facts.clear();
}

}  // namespace

void Collector::add_screen(Fact fact) {
  constexpr size_t kMostRemembered = 64;
  if (fact.kind == FactKind::kShape) {
    for (Case& each : cases_) {
      const bool wants = each.has(FactKind::kProseCode) || each.has(FactKind::kOutOfMemory);
      if (wants && each.last_file == file_ && fact.line - each.last_line <= kSameBlock) {
        each.add(fact);
      }
    }
    if (shapes_.size() >= kMostRemembered) shapes_.erase(shapes_.begin());
    shapes_.push_back(std::move(fact));
    return;
  } else if (fact.kind == FactKind::kPythonFrame) {
    if (frames_.size() >= kMostRemembered) frames_.erase(frames_.begin());
    frames_.push_back(std::move(fact));
    return;
  } else if (fact.kind == FactKind::kFallback) {
    if (fallbacks_.size() < kMostRemembered * 8) fallbacks_.push_back(std::move(fact));
    return;
  }
  if (fact.kind == FactKind::kProseCode) {
    for (Case& each : cases_) {
      if (each.has_code(fact.field("code"))) {
        ++each.lines;
        each.last_line = fact.line;
        return;
      }
    }
    Case& made = start(std::move(fact));
    made.closed = true;
    for (const Fact& shape : shapes_) {
      if (made.facts.front().line - shape.line <= kSameBlock) made.add(shape);
    }
    return;
  }
  Case* current = screen_case_ == kNone ? nullptr : &cases_[screen_case_];
  const bool tail = fact.kind == FactKind::kPytorchTail;
  const bool exception = fact.kind == FactKind::kException;
  if (current != nullptr && joins_screen(*current, fact)) {
    if (!current->pid && fact.pid) of_process_[*fact.pid].push_back(screen_case_);
    current->add(std::move(fact));
  } else if (fact.pid && fact.kind == FactKind::kWrapper && of_process_.count(*fact.pid) != 0) {
    cases_[of_process_[*fact.pid].back()].add(std::move(fact));
    return;
  } else {
    current = &start(std::move(fact));
    screen_case_ = cases_.size() - 1;
  }
  if (exception || tail) {
    for (const Fact& frame : frames_) current->add(frame);
    frames_.clear();
    const uint64_t here = current->last_line;
    for (const Fact& fallback : fallbacks_) {
      if (fallback.file == file_ && here - fallback.line <= 400) current->add(fallback);
    }
    if (current->has(FactKind::kFallback)) {
      std::erase_if(fallbacks_, [&](const Fact& each) { return each.file == file_; });
    }
    current->last_line = here;
  }
  if (tail) current->closed = true;
}

/// A register dump knows stream and task, the host's log of the same moment the kernel.
void Collector::join_device_cases() {
  for (Case& device : cases_) {
    if (!device.device || device.facts.empty()) continue;
    for (Case& host : cases_) {
      if (host.device || host.screen || host.facts.empty()) continue;
      const Fact& head = device.facts.front();
      const bool same = std::any_of(host.facts.begin(), host.facts.end(), [&](const Fact& fact) {
        return head.number("stream_id") && fact.number("stream_id") == head.number("stream_id") &&
               fact.number("task_id") == head.number("task_id") &&
               same_moment(fact.time, head.time);
      });
      if (!same) continue;
      const int64_t first = host.first_time;
      const int64_t last = host.last_time;
      merge(host, device);
      host.first_time = first;
      host.last_time = last;
      break;
    }
  }
}

/// A bus error of a core that the driver saw at the same time is a second witness.
void Collector::confirm_by_events() {
  for (Case& each : cases_) {
    if (each.first_time == 0) continue;
    for (const Fact& event : events_) {
      const bool near =
          event.time + 2 * kSecond >= each.first_time && event.time <= each.last_time + 2 * kSecond;
      if (near && event.field("assertion") == "1") each.add(event);
    }
  }
}

std::vector<Case> Collector::finish() {
  join_device_cases();
  confirm_by_events();
  std::vector<Case> found;
  for (Case& each : cases_) {
    if (each.facts.empty() || each.root() == nullptr) continue;
    found.push_back(std::move(each));
  }
  cases_.clear();
  const bool has_host =
      std::any_of(found.begin(), found.end(), [](const Case& each) { return !each.device; });
  if (has_host) {
    for (Case& each : found) {
      if (each.device) device_only_.push_back(std::move(each));
    }
    std::erase_if(found, [](const Case& each) { return each.facts.empty(); });
  }
  std::stable_sort(found.begin(), found.end(), [](const Case& a, const Case& b) {
    if (is_strong(a) != is_strong(b)) return is_strong(a);
    return a.first_time < b.first_time;
  });
  return found;
}

}  // namespace omscope::diagnose
