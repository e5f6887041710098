#include "omscope/diagnose/diagnose_logs.h"

#include <algorithm>
#include <cstring>

#include <fmt/format.h>
#include <tbb/info.h>
#include <tbb/parallel_pipeline.h>

#include "omscope/core/text.h"
#include "omscope/diagnose/missing_evidence.h"
#include "omscope/diagnose/rules/rules.h"
#include "omscope/formats/log/text_blocks.h"

namespace omscope::diagnose {
namespace {

/// What one block of lines said; line numbers count from its start.
struct BlockFacts {
  log::TextBlock block;
  std::vector<Fact> facts;
  uint64_t lines = 0;
  uint64_t errors = 0;
  uint64_t infos = 0;
  uint64_t understood = 0;
  uint64_t unread = 0;
  std::set<int64_t> pids;
  uint64_t first_unread = 0;  ///< its line, 0 where there is none
};

std::shared_ptr<BlockFacts> read_block(const std::shared_ptr<BlockFacts>& out) {
  LineFacts reader;
  std::string_view rest = out->block.text;
  while (!rest.empty()) {
    const void* found = std::memchr(rest.data(), '\n', rest.size());
    const size_t size = found == nullptr
                            ? rest.size()
                            : static_cast<size_t>(static_cast<const char*>(found) - rest.data());
    ++out->lines;
    const uint64_t unread = reader.unread_errors();
    if (auto fact = reader.read(rest.substr(0, size))) {
      fact->line = out->lines;
      out->facts.push_back(std::move(*fact));
    }
    if (unread == 0 && reader.unread_errors() != 0) out->first_unread = out->lines;
    rest.remove_prefix(std::min(rest.size(), size + 1));
  }
  out->pids = reader.pids();
  out->understood = reader.understood();
  out->unread = reader.unread_errors();
  out->errors = reader.errors();
  out->infos = reader.infos();
  return out;
}

/// When the task failed. An assert is printed when the host fetches what the kernel wrote, seconds
/// later.
int64_t time_of(const Case& facts, const Fact& root) {
  int64_t time = root.time;
  if (root.kind == FactKind::kDeviceAssert) {
    for (const Fact& fact : facts.facts) {
      const bool of_task = fact.kind == FactKind::kCoreError ||
                           fact.kind == FactKind::kTaskFailed ||
                           fact.kind == FactKind::kKernelFailed;
      if (of_task && !fact.screen && fact.time != 0) time = std::min(time, fact.time);
    }
  }
  return time != 0 ? time : facts.first_time;
}

void describe(const Case& facts, const Picture& picture, Incident& incident) {
  const Fact* root = picture.root;
  const int64_t time = time_of(facts, *root);
  if (time != 0) {
    const bool fraction = root->kind != FactKind::kPytorchTail;
    incident.time = log::iso_time(time, fraction);
  }
  incident.pid = facts.pid && *facts.pid > 0 ? facts.pid : std::nullopt;
  incident.device = picture.device;
  incident.stream_id = picture.stream;
  incident.task_id = picture.task;
  incident.kernel = picture.kernel;
  incident.op_name = picture.op;
  incident.op_type = picture.op_type;
  incident.lines = facts.lines;
  incident.args = picture.args;
  incident.tiling_key = picture.tiling_key;
  incident.block_dim = picture.block_dim;
  incident.hash = picture.hash;
  for (const Fact& fact : facts.facts) {
    for (const auto& [name, value] : fact.fields) {
      const bool code = name == "code" || name == "module_name";
      const auto& list = incident.error_codes;
      if (code && std::find(list.begin(), list.end(), value) == list.end()) {
        incident.error_codes.push_back(value);
      }
      if (name == "path" && fact.kind == FactKind::kDumpFile && incident.dump_file.empty()) {
        incident.dump_file = value;
      }
    }
  }
}

void add_registers(const Picture& picture, Incident& incident) {
  static constexpr std::string_view kNames[] = {
      "core_id",          "error_code",     "errcode",        "pc_start",       "pc_current",
      "vec_error_info",   "mte_error_info", "ifu_error_info", "ccu_error_info", "cube_error_info",
      "biu_error_info",   "su_error_info",  "aic_error_mask", "para_base",      "fixp_error0_info",
      "fixp_error1_info", "aicore_error2",  "sub_err_type",   "exception_code", "ret_code"};
  // Of the first core; the others stand in the log.
  for (const Fact& fact : picture.facts->facts) {
    const bool of_core = fact.kind == FactKind::kCoreError || fact.kind == FactKind::kCoreExtend ||
                         fact.kind == FactKind::kRegisterDump || fact.kind == FactKind::kCoreList ||
                         fact.kind == FactKind::kTaskFailed;
    if (!of_core) continue;
    for (const std::string_view name : kNames) {
      if (!fact.field(name).empty()) incident.registers.set(name, std::string(fact.field(name)));
    }
  }
  if (!picture.bits.empty()) {
    std::string names;
    for (const AicoreBit& bit : picture.bits) {
      names += fmt::format("{}{}", names.empty() ? "" : " ", bit.name.empty() ? "?" : bit.name);
    }
    incident.registers.set("error_bits", names);
  }
  if (!picture.args.empty()) {
    constexpr size_t kMost = 64;
    const size_t count = std::min(picture.args.size(), kMost);
    std::string list;
    for (size_t i = 0; i < count; ++i) {
      list += fmt::format("{}{:#x}", i == 0 ? "" : " ", picture.args[i]);
    }
    if (picture.args.size() > count) list += " …";
    incident.registers.set("args", list);
  }
  if (picture.tiling_key) {
    incident.registers.set("tiling_key", fmt::format("{}", *picture.tiling_key));
  }
  if (const auto slot = tiling_slot(picture)) {
    incident.registers.set("tiling_data_from_arg", std::to_string(*slot));
  }
  if (picture.block_dim) {
    incident.registers.set("block_dim", std::to_string(*picture.block_dim));
  }
  if (!picture.hash.empty()) incident.registers.set("hash", picture.hash);
}

bool wanted(const Incident& incident, const LogOptions& options) {
  if (options.pid && incident.pid != options.pid) return false;
  if (options.op_globs.empty()) return true;
  return std::any_of(options.op_globs.begin(), options.op_globs.end(), [&](const auto& glob) {
    return glob_match(glob, incident.op_name) || glob_match(glob, incident.op_type) ||
           glob_match(glob, incident.kernel);
  });
}

bool same_story(const Incident& a, const Incident& b) {
  return a.rule == b.rule && a.pid == b.pid && a.kernel == b.kernel && a.op_name == b.op_name &&
         a.conclusion.en == b.conclusion.en;
}

/// What explains a failure comes before what only says that there was one.
int rank_of(const Incident& incident) {
  if (incident.rule == "first-error") return 3;
  if (incident.rule == "reported-code" || incident.rule == "graph-engine-check") return 2;
  return incident.rule == "kernel-failed" || incident.certainty == Certainty::kHint ? 1 : 0;
}

/// A fault that comes back is told once.
void add_or_count(Report& report, Incident incident) {
  for (Incident& each : report.incidents) {
    if (!same_story(each, incident)) continue;
    each.lines += incident.lines;
    ++each.times;
    return;
  }
  report.incidents.push_back(std::move(incident));
}

void fallback_finding(const Collector& collector, Report& report) {
  if (collector.fallbacks().empty()) return;
  Finding finding;
  finding.severity = Severity::kWarning;
  finding.rule = "cpu-fallback";
  std::vector<std::string> names;
  for (const Fact& fact : collector.fallbacks()) {
    const std::string op(fact.field("op"));
    if (std::find(names.begin(), names.end(), op) != names.end()) continue;
    names.push_back(op);
    finding.evidence.push_back({collector.files()[fact.file], fact.line, fact.text});
  }
  const std::string list = fmt::format("{}", fmt::join(names, ", "));
  finding.message =
      say(fmt::format("{} run on the CPU: {}. That is slower and otherwise harmless.",
                      counted(names.size(), "operator"), list),
          fmt::format("{} 个算子回退到 CPU 执行：{}。只影响性能。", names.size(), list));
  report.findings.push_back(std::move(finding));
}

void device_finding(const Collector& collector, Report& report) {
  if (collector.device_only().empty()) return;
  Finding finding;
  finding.severity = Severity::kInfo;
  finding.rule = "device-log-only";
  std::string list;
  for (const Case& each : collector.device_only()) {
    const Fact& root = *each.root();
    if (finding.evidence.size() >= 8) continue;
    if (each.pid) list += fmt::format("{}{}", list.empty() ? "" : ", ", *each.pid);
    finding.evidence.push_back({collector.files()[root.file], root.line, root.text});
  }
  const size_t count = collector.device_only().size();
  finding.message =
      say(fmt::format("The device's own log has {} whose host logs are not here{}{}.",
                      counted(count, "more fault"), list.empty() ? "" : ": processes ", list),
          fmt::format("设备日志中还有 {} 次故障，其主机日志不在这些文件中{}{}。", count,
                      list.empty() ? "" : "：进程 ", list));
  report.findings.push_back(std::move(finding));
}

Problem no_such(std::string_view option, std::string_view value, std::string why) {
  return {Severity::kError,
          Code::kBadUsage,
          fmt::format("{} {}", option, value),
          std::nullopt,
          "",
          std::move(why) + "; without the option all are shown"};
}

Problem unread_lines(const Looked& looked, const Evidence& first) {
  const bool one = looked.unread == 1;
  return {Severity::kWarning,
          Code::kUnknownKind,
          first.file,
          std::nullopt,
          fmt::format("line {}", first.line),
          fmt::format("{} with [ERROR] {} no form of a log that is known{}; what {} is not in the "
                      "report",
                      counted(looked.unread, "line"), one ? "has" : "have",
                      one ? "" : ", this one first", one ? "it tells" : "they tell")};
}

}  // namespace

LogDiagnosis::LogDiagnosis() : collector_(std::make_unique<Collector>()) {}
LogDiagnosis::~LogDiagnosis() = default;

void LogDiagnosis::read(const std::shared_ptr<const FileBytes>& file) {
  const std::string_view bytes = as_text(file->bytes());
  if (!log::is_packed(bytes) && !log::is_text(bytes)) return;
  log::TextBlocks blocks(file);
  uint64_t base = 0;
  int64_t text_number = -1;
  const size_t most = static_cast<size_t>(tbb::info::default_concurrency()) + 2;
  const auto take = [&](tbb::flow_control& control) -> std::shared_ptr<BlockFacts> {
    auto out = std::make_shared<BlockFacts>();
    if (blocks.next(out->block)) return out;
    control.stop();
    return nullptr;
  };
  const auto collect = [&](const std::shared_ptr<BlockFacts>& read) {
    if (static_cast<int64_t>(read->block.text_number) != text_number) {
      text_number = read->block.text_number;
      base = 0;
      collector_->begin_file(read->block.name);
      ++looked_.files;
    }
    for (Fact& fact : read->facts) {
      fact.line += base;
      collector_->add(std::move(fact));
    }
    if (read->first_unread != 0 && looked_.unread == 0) {
      first_unread_ = {read->block.name, base + read->first_unread, ""};
    }
    constexpr size_t kMostPids = 65536;
    if (pids_.size() < kMostPids) pids_.insert(read->pids.begin(), read->pids.end());
    looked_.understood += read->understood;
    looked_.unread += read->unread;
    base += read->lines;
    looked_.lines += read->lines;
    looked_.errors += read->errors;
    if (read->infos != 0) collector_->saw_info();
    blocks.done_with(read->block);
  };
  using tbb::filter_mode;
  tbb::parallel_pipeline(
      most,
      tbb::make_filter<void, std::shared_ptr<BlockFacts>>(filter_mode::serial_in_order, take) &
          tbb::make_filter<std::shared_ptr<BlockFacts>, std::shared_ptr<BlockFacts>>(
              filter_mode::parallel,
              [](const std::shared_ptr<BlockFacts>& out) { return read_block(out); }) &
          tbb::make_filter<std::shared_ptr<BlockFacts>, void>(filter_mode::serial_in_order,
                                                              collect));
  for (const Problem& problem : blocks.problems().list()) problems_.push_back(problem);
}

Report LogDiagnosis::finish(const LogOptions& options) {
  Report report;
  report.looked = looked_;
  report.problems = problems_;
  if (looked_.unread != 0) report.problems.push_back(unread_lines(looked_, first_unread_));
  for (const Case& facts : collector_->finish()) {
    Picture picture = picture_of(facts, collector_->soc());
    Incident incident;
    describe(facts, picture, incident);
    const Context context{facts, picture, collector_->files(), collector_->memory_rows()};
    if (!conclude(context, incident)) continue;
    add_registers(picture, incident);
    if (wanted(incident, options)) {
      add_or_count(report, std::move(incident));
    } else {
      ++report.looked.filtered;
    }
  }
  const bool known_pid = !options.pid || pids_.count(*options.pid) != 0 || looked_.lines == 0;
  if (!known_pid) {
    report.problems.push_back(
        no_such("--pid", std::to_string(*options.pid), "no line of these logs is of this process"));
  } else if (!options.op_globs.empty() && report.incidents.empty() && report.looked.filtered != 0) {
    report.problems.push_back(no_such("--op", fmt::format("{}", fmt::join(options.op_globs, " ")),
                                      fmt::format("names no op or kernel of what failed: {}",
                                                  counted(report.looked.filtered, "incident"))));
  }
  std::stable_sort(report.incidents.begin(), report.incidents.end(),
                   [](const Incident& a, const Incident& b) { return rank_of(a) < rank_of(b); });
  fallback_finding(*collector_, report);
  device_finding(*collector_, report);
  report.suppressed = collector_->suppressed();
  report.missing_evidence = missing_evidence(report, *collector_, options);
  return report;
}

}  // namespace omscope::diagnose
