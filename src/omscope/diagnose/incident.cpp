#include "omscope/diagnose/incident.h"

#include <algorithm>
#include <limits>

namespace omscope::diagnose {
namespace {

constexpr size_t kNone = std::numeric_limits<size_t>::max();
constexpr int64_t kSecond = 1'000'000;
constexpr int64_t kBurst = 2 * kSecond;
constexpr int64_t kFollowUp = 30 * kSecond;
constexpr int64_t kSameTask = 60 * kSecond;
constexpr size_t kMostCases = 256;
constexpr size_t kMostOfProcess = 32;
constexpr size_t kMostKept = 512;  // of each list beside the cases

/// Tells that a task failed, but not of what.
bool only_says_failed(FactKind kind) {
  return kind == FactKind::kTaskFailed || kind == FactKind::kDeviceTask ||
         kind == FactKind::kKernelFailed;
}

bool is_specific(FactKind kind) {
  return kind < FactKind::kGraphAssert;
}

int64_t distance_to(const Case& each, int64_t time) {
  if (time == 0 || each.first_time == 0) return 0;
  if (time < each.first_time) return each.first_time - time;
  return time > each.last_time ? time - each.last_time : 0;
}

bool same_task(const Case& each, const Fact& fact) {
  const auto stream = fact.number("stream_id");
  const auto task = fact.number("task_id");
  if (!stream || !task) return false;
  return std::any_of(each.facts.begin(), each.facts.end(), [&](const Fact& other) {
    return other.number("stream_id") == stream && other.number("task_id") == task;
  });
}

bool shares_code(const Case& each, const Fact& fact) {
  return std::any_of(fact.fields.begin(), fact.fields.end(), [&](const auto& field) {
    return field.first == "code" && each.has_code(field.second);
  });
}

/// Whether a fault of the same process is another line about this one.
bool belongs(const Case& each, const Fact& fact, int64_t distance) {
  if (distance <= kBurst) return true;
  if (!is_specific(fact.kind)) return distance <= kFollowUp || shares_code(each, fact);
  if (!each.has_specific()) return distance <= kFollowUp;
  if (same_task(each, fact)) return distance <= kSameTask;
  const bool unexplained = std::none_of(
      each.facts.begin(), each.facts.end(),
      [](const Fact& other) { return is_specific(other.kind) && !only_says_failed(other.kind); });
  return (unexplained || only_says_failed(fact.kind)) && distance <= kFollowUp;
}

template <class T>
void keep(std::vector<T>& list, T item) {
  if (list.size() < kMostKept) list.push_back(std::move(item));
}

}  // namespace

/// Device memory of one process as its log tells it.
struct Collector::Allocations {
  static constexpr size_t kMost = 200'000;
  std::map<uint64_t, uint64_t> live;

  bool holds(uint64_t address, uint64_t size) const {
    auto after = live.upper_bound(address);
    if (after == live.begin()) return false;
    --after;
    const uint64_t inside = address - after->first;
    return inside < after->second && size <= after->second - inside;
  }
};

Collector::Collector() : screen_case_(kNone), device_case_(kNone) {}
Collector::~Collector() = default;

uint32_t Collector::begin_file(const std::string& name) {
  files_.push_back(name);
  file_ = static_cast<uint32_t>(files_.size() - 1);
  screen_case_ = device_case_ = kNone;
  shapes_.clear();
  frames_.clear();
  return file_;
}

void Collector::add(Fact fact) {
  fact.file = file_;
  switch (fact.kind) {
    case FactKind::kNoise:
      ++suppressed_.count;
      ++suppressed_.kinds[std::string(fact.field("noise"))];
      return;
    case FactKind::kAlloc:
    case FactKind::kFree: allocation(fact); return;
    case FactKind::kSoc:
      if (soc_.empty()) soc_ = fact.field("soc");
      return;
    case FactKind::kNpuMemory: keep(memory_rows_, std::move(fact)); return;
    case FactKind::kDeviceEvent: keep(events_, std::move(fact)); return;
    case FactKind::kRegisterDump:
    case FactKind::kBitsOfFirmware:
    case FactKind::kLaunchWords: add_device(std::move(fact)); return;
    default: break;
  }
  if (fact.screen) {
    add_screen(std::move(fact));
  } else if (fact.kind == FactKind::kDeviceTask || fact.pid) {
    add_log(std::move(fact));
  } else if (is_fault(fact.kind)) {
    add_device(std::move(fact));
  }
}

void Collector::allocation(const Fact& fact) {
  const auto address = fact.word("address");
  if (!fact.pid || !address) return;
  auto& table = allocations_[*fact.pid];
  if (table == nullptr) table = std::make_unique<Allocations>();
  if (fact.kind == FactKind::kFree) {
    table->live.erase(*address);
  } else if (table->live.size() < Allocations::kMost) {
    table->live[*address] = fact.word("size").value_or(0);
  }
}

/// As the table is when the line is read: later lines change it.
void Collector::check_address(Fact& fact) {
  if (fact.kind != FactKind::kDumpTensor || !fact.pid) return;
  const auto address = fact.word("address");
  const auto size = fact.word("size");
  const auto found = allocations_.find(*fact.pid);
  if (!address || !size || *size == 0 || found == allocations_.end()) return;
  fact.set("allocated", found->second->holds(*address, *size) ? "yes" : "no");
}

Case& Collector::start(Fact fact) {
  if (cases_.size() >= kMostCases) {
    ++suppressed_.count;
    ++suppressed_.kinds["further incidents"];
    Case& last = cases_.back();
    ++last.lines;
    return last;
  }
  Case& made = cases_.emplace_back();
  made.screen = fact.screen;
  made.device = fact.kind == FactKind::kDeviceTask || fact.kind == FactKind::kRegisterDump;
  if (fact.pid) {
    const auto waiting = pending_.find(*fact.pid);
    if (waiting != pending_.end()) {
      for (Fact& each : waiting->second) {
        if (fact.time == 0 || each.time + kBurst >= fact.time) made.add(std::move(each));
      }
      pending_.erase(waiting);
    }
    of_process_[*fact.pid].push_back(cases_.size() - 1);
  }
  made.add(std::move(fact));
  return made;
}

Case* Collector::nearest(int64_t pid, int64_t time, int64_t* distance) {
  const auto found = of_process_.find(pid);
  if (found == of_process_.end()) return nullptr;
  Case* best = nullptr;
  for (const size_t index : found->second) {
    const int64_t far = distance_to(cases_[index], time);
    if (best == nullptr || far <= *distance) {
      best = &cases_[index];
      *distance = far;
    }
  }
  return best;
}

void Collector::add_log(Fact fact) {
  const int64_t pid = fact.pid.value_or(-1);
  fact.pid = pid;
  check_address(fact);
  int64_t distance = 0;
  Case* near = nearest(pid, fact.time, &distance);
  if (!is_fault(fact.kind)) {
    const bool follows = fact.kind == FactKind::kWrapper;
    if (near != nullptr && distance <= (follows ? kSameTask : kBurst)) {
      near->add(std::move(fact));
    } else if (!follows) {
      constexpr size_t kMostWaiting = 64;
      constexpr size_t kMostProcesses = 1024;
      if (pending_.size() >= kMostProcesses && pending_.count(pid) == 0) pending_.clear();
      std::deque<Fact>& waiting = pending_[pid];
      if (waiting.size() >= kMostWaiting) waiting.pop_front();
      waiting.push_back(std::move(fact));
    }
    return;
  }
  const bool device = fact.kind == FactKind::kDeviceTask;
  const bool full = near != nullptr && of_process_[pid].size() >= kMostOfProcess;
  if (near != nullptr && (full || belongs(*near, fact, distance))) {
    if (!device) near->device = false;
    if (device)
      device_case_ =
          static_cast<size_t>(std::find_if(cases_.begin(), cases_.end(),
                                           [&](const Case& each) { return &each == near; }) -
                              cases_.begin());
    near->add(std::move(fact));
    return;
  }
  start(std::move(fact));
  if (device) device_case_ = cases_.size() - 1;
}

void Collector::add_device(Fact fact) {
  const bool begins = fact.kind == FactKind::kRegisterDump && !fact.field("exception_code").empty();
  if (device_case_ != kNone && !begins) {
    cases_[device_case_].add(std::move(fact));
    return;
  }
  if (fact.kind == FactKind::kRegisterDump && !begins) return;  // before the first head
  if (!is_fault(fact.kind)) return;
  Case& made = start(std::move(fact));
  made.device = made.facts.empty() || made.facts.front().kind != FactKind::kHardware;
  if (begins) device_case_ = cases_.size() - 1;
}

}  // namespace omscope::diagnose
