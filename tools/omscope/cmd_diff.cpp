#include <filesystem>
#include <set>

#include <fmt/format.h>

#include "omscope/commands.h"
#include "omscope/core/text.h"
#include "omscope/diff/diff.h"
#include "omscope/formats/read_model.h"
#include "omscope/report/diff_reports.h"
#include "omscope/report/diff_words.h"
#include "omscope/usage.h"

namespace omscope::cli {
namespace {

namespace fs = std::filesystem;

struct Options {
  CommonOptions common;
  std::string a;
  std::string b;
  std::string weights = "values";
  std::string map_file;
  std::vector<std::string> ignore;
  std::vector<std::string> fail_on;
  diff::Options diff;
};

constexpr std::array kClasses = {
    diff::Class::kInterface, diff::Class::kDType,     diff::Class::kPrecision,
    diff::Class::kShape,     diff::Class::kLayout,    diff::Class::kStructure,
    diff::Class::kFusion,    diff::Class::kAttribute, diff::Class::kWeight,
    diff::Class::kVersion,   diff::Class::kTarget,    diff::Class::kPlacement,
    diff::Class::kAipp,      diff::Class::kDynamic,   diff::Class::kMemory,
    diff::Class::kKernel,    diff::Class::kTask,      diff::Class::kNoise,
};
constexpr std::array kSeverities = {diff::Severity::kError, diff::Severity::kWarning,
                                    diff::Severity::kInfo};

template <class List>
std::vector<std::string> names_of(const List& list) {
  std::vector<std::string> names;
  for (const auto each : list) names.emplace_back(report::to_string(each));
  return names;
}

template <class List, class Value>
bool find_named(const List& list, const std::string& name, Value& value) {
  for (const auto each : list) {
    if (report::to_string(each) != name) continue;
    value = each;
    return true;
  }
  return false;
}

ExitCode refuse(const std::string& file, std::string why, Io& io) {
  print_problem({Severity::kError, Code::kBadUsage, file, std::nullopt, "", std::move(why)}, io);
  return kFailed;
}

/// One pair of op names a line, A's and B's, with a comma, a tab or a blank between; lines that
/// start with # say nothing.
Result<std::vector<std::pair<std::string, std::string>>> read_map(const std::string& path) {
  const auto file = FileBytes::open(path);
  if (!file) return file.error();
  std::vector<std::pair<std::string, std::string>> pairs;
  uint64_t offset = 0;
  for (std::string_view line : split(as_text((*file)->bytes()), '\n')) {
    const uint64_t start = offset;
    offset += line.size() + 1;
    while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) line.remove_suffix(1);
    if (line.empty() || line.front() == '#') continue;
    const size_t cut = line.find_first_of(",\t ");
    const size_t next = line.find_first_not_of(",\t ", cut);
    if (cut == 0 || cut == std::string_view::npos || next == std::string_view::npos) {
      return Problem{Severity::kError,
                     Code::kBadText,
                     path,
                     start,
                     "line",
                     "holds no two names; write A's name, a comma, B's name"};
    }
    pairs.emplace_back(line.substr(0, cut), line.substr(next));
  }
  return pairs;
}

/// The options that the library wants, from the words of the command line.
std::optional<Problem> complete(Options& options) {
  constexpr std::array kModes = {"none", "hash", "values"};
  for (size_t i = 0; i < kModes.size(); ++i) {
    if (options.weights == kModes.at(i)) options.diff.weights = static_cast<diff::WeightMode>(i);
  }
  for (const std::string& name : options.ignore) {
    find_named(kClasses, name, options.diff.ignore.emplace_back());
  }
  for (const std::string& name : options.fail_on) {
    diff::Severity severity = diff::Severity::kError;
    if (find_named(kSeverities, name, severity)) {
      options.diff.fail_on_severity = severity;
    } else {
      find_named(kClasses, name, options.diff.fail_on_class.emplace_back());
    }
  }
  options.diff.threads = options.common.threads;
  if (options.map_file.empty()) return std::nullopt;
  auto map = read_map(options.map_file);
  if (!map) return map.error();
  options.diff.map = std::move(*map);
  return std::nullopt;
}

/// Two models that were compared; they live as long as reports may look at them.
struct Compared {
  ReadResult a;
  ReadResult b;
  diff::Result result;
};

bool readable(const ReadResult& read) {
  return read.model->kind != Kind::kUnknown;
}

/// Nothing where one of the two is no model; says so.
std::optional<Compared> compare(const std::string& a, const std::string& b,
                                const diff::Options& options, Io& io) {
  Compared out;
  const std::array<std::pair<const std::string*, ReadResult*>, 2> sides = {std::pair{&a, &out.a},
                                                                           std::pair{&b, &out.b}};
  bool both = true;
  for (const auto& [path, into] : sides) {
    auto read = read_model(*path);
    if (!read) {
      print_problem(read.error(), io);
      both = false;
      continue;
    }
    *into = std::move(*read);
    print_problems(into->model->problems, io);
    both = both && readable(*into);
  }
  if (!both) return std::nullopt;
  out.result = diff::diff(*out.a.model, *out.b.model, options);
  return out;
}

/// Files of the same name in both folders; what only one of them has is said.
std::vector<std::pair<std::string, std::string>> pairs_of(const Options& options, Io& io,
                                                          bool& lonely) {
  const auto names = [](const std::string& folder) {
    std::set<std::string> found;
    std::error_code failed;
    for (const auto& entry : fs::directory_iterator(folder, failed)) {
      if (entry.is_regular_file(failed)) found.insert(entry.path().filename().string());
    }
    return found;
  };
  const std::set<std::string> in_a = names(options.a);
  const std::set<std::string> in_b = names(options.b);
  std::vector<std::pair<std::string, std::string>> pairs;
  const auto say = [&](const std::string& folder, const std::string& name) {
    lonely = true;
    print_problem({Severity::kWarning, Code::kBadValue, (fs::path(folder) / name).string(),
                   std::nullopt, "", "has no file of its name in the other folder"},
                  io);
  };
  for (const std::string& name : in_a) {
    if (in_b.contains(name)) {
      pairs.emplace_back((fs::path(options.a) / name).string(),
                         (fs::path(options.b) / name).string());
    } else {
      say(options.a, name);
    }
  }
  for (const std::string& name : in_b) {
    if (!in_a.contains(name)) say(options.b, name);
  }
  return pairs;
}

void write(const Options& options, const std::vector<Compared>& all, bool folders, Io& io,
           std::ostream& out) {
  const std::string& format = options.common.format;
  if (format == "json") {
    std::vector<diff::Result> results;
    for (const Compared& each : all) results.push_back(each.result);
    report::write_diff_json(out, results, folders);
    return;
  }
  report::TextPage page(text_style(options.common, io));
  for (size_t i = 0; i < all.size(); ++i) {
    const Compared& each = all[i];
    if (format == "markdown") {
      report::write_diff_markdown(out, each.result);
    } else if (format == "dot") {
      report::write_diff_dot(out, each.result, *each.a.model, *each.b.model);
    } else {
      if (i > 0) page.blank();
      report::write_diff_text(page, each.result, options.common.all);
    }
  }
  if (format == "text") page.print(out);
}

/// A document for scripts where nothing could be compared.
ExitCode nothing_compared(const Options& options, Io& io) {
  if (options.common.format != "json") return kFailed;
  diff::Result none;
  none.sentence = "nothing could be compared";
  none.a.file = options.a;
  none.b.file = options.b;
  write_report(options.common, {options.a, options.b}, io,
               [&](std::ostream& out) { report::write_diff_json(out, {none}, false); });
  return kFailed;
}

ExitCode run(Options& options, Io& io) {
  if (const auto problem = complete(options)) {
    print_problem(*problem, io);
    return nothing_compared(options, io);
  }
  const bool folders = fs::is_directory(options.a) && fs::is_directory(options.b);
  bool lonely = false;
  std::vector<std::pair<std::string, std::string>> pairs = {{options.a, options.b}};
  if (folders) pairs = pairs_of(options, io, lonely);
  ExitCode status = lonely ? kFinding : kOk;
  std::vector<Compared> all;
  for (const auto& [a, b] : pairs) {
    auto compared = compare(a, b, options.diff, io);
    if (!compared) {
      status = kFailed;
      continue;
    }
    const bool damaged =
        compared->a.model->problems.has_error() || compared->b.model->problems.has_error();
    const ExitCode gate = compared->result.gate_passed ? kOk : kFinding;
    status = std::max({status, gate, damaged ? kFailed : kOk});
    all.push_back(std::move(*compared));
  }
  if (all.empty()) {
    if (folders && pairs.empty()) {
      refuse(options.a, "and the other folder have no file name in common", io);
    }
    return nothing_compared(options, io);
  }
  const ExitCode written =
      write_report(options.common, {options.a, options.b}, io,
                   [&](std::ostream& out) { write(options, all, folders, io, out); });
  return std::max(status, written);
}

}  // namespace

Run add_diff(CLI::App& command, Io& io) {
  auto options = std::make_shared<Options>();
  std::vector<std::string> gates = names_of(kSeverities);
  const std::vector<std::string> classes = names_of(kClasses);
  gates.insert(gates.end(), classes.begin(), classes.end());
  command.add_option("A", options->a, "The reference: om, ONNX, graph dump, atc JSON, or a folder")
      ->required();
  command.add_option("B", options->b, "The one in doubt; files of folders are paired by name")
      ->required();
  command
      .add_option("--weights", options->weights,
                  "How constants are compared: not, by their bytes, or by their values")
      ->check(one_of({"none", "hash", "values"}))
      ->capture_default_str()
      ->group("Matching");
  command
      .add_option("--rtol", options->diff.rtol, "Constants that differ by less count as rounded")
      ->check(CLI::NonNegativeNumber)
      ->group("Matching");
  command.add_option("--atol", options->diff.atol, "The same, absolute")
      ->check(CLI::NonNegativeNumber)
      ->group("Matching");
  command
      .add_option("--map", options->map_file,
                  "Ops that are the same: one pair of names a line, A's and B's")
      ->type_name("FILE")
      ->group("Matching");
  command.add_option("--ignore", options->ignore, "Classes that do not fail the gate")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->check(one_of(classes))
      ->group("Gate");
  command
      .add_option("--fail-on", options->fail_on,
                  "What fails the gate: a severity and above, or classes")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->check(one_of(gates))
      ->group("Gate");
  command.add_option("--op", options->diff.op, "Only differences of ops whose name matches")
      ->type_name("GLOB")
      ->group("Gate");
  add_common_options(command, options->common, {"text", "json", "markdown", "dot"});
  return [options, &io] { return run(*options, io); };
}

}  // namespace omscope::cli
