#include <algorithm>
#include <filesystem>
#include <set>

#include <fmt/format.h>

#include "omscope/commands.h"
#include "omscope/core/text.h"
#include "omscope/diff/diff.h"
#include "omscope/diff_options.h"
#include "omscope/formats/read_model.h"
#include "omscope/report/diff_reports.h"

namespace omscope::cli {
namespace {

namespace fs = std::filesystem;

struct Options : DiffOptions {
  CommonOptions common;
};

/// Two models that were compared; they live as long as a report may look at them.
struct Compared {
  ReadResult a;
  ReadResult b;
  diff::Result result;
};

bool is_model(const ReadResult& read) {
  return read.model != nullptr && read.model->kind != Kind::kUnknown;
}

/// Reads one side; what it says of itself goes to standard error and into `result`.
void read_side(const std::string& path, ReadResult& into, diff::Side& side, diff::Result& result,
               Io& io) {
  side.file = path;
  auto read = read_model(path);
  if (!read) {
    print_problem(read.error(), io);
    result.problems.push_back(read.error());
    return;
  }
  into = std::move(*read);
  print_problems(into.model->problems, io);
  side.kind = into.model->kind;
  side.model = as_utf8(into.model->info.name);
  if (is_model(into)) return;
  for (const Problem& problem : into.model->problems.list()) result.problems.push_back(problem);
  if (into.model->problems.has_error()) return;
  const Problem problem{Severity::kError,
                        Code::kUnknownKind,
                        path,
                        std::nullopt,
                        "",
                        "holds no model; diff takes om, ONNX, graph dumps and atc JSON"};
  print_problem(problem, io);
  result.problems.push_back(problem);
}

/// `result.compared` says whether both could be read.
Compared compare(const std::string& a, const std::string& b, const Options& options, Io& io) {
  Compared out;
  diff::Result failed;
  read_side(a, out.a, failed.a, failed, io);
  read_side(b, out.b, failed.b, failed, io);
  if (!is_model(out.a) || !is_model(out.b)) {
    failed.sentence = "Nothing could be compared.";
    out.result = std::move(failed);
    return out;
  }
  out.result = diff::diff(*out.a.model, *out.b.model, options.diff);
  for (const Problem& problem : out.result.problems) {
    if (problem.file == "--map") print_problem(problem, io);
  }
  return out;
}

/// Whether --op, a glob, fits any op of either model.
bool names_an_op(const diff::Result& result, const std::string& op) {
  const auto fits = [&](const std::string& name) { return glob_match(op, name); };
  for (const diff::Match& match : result.matches) {
    if (std::any_of(match.a.begin(), match.a.end(), fits)) return true;
    if (std::any_of(match.b.begin(), match.b.end(), fits)) return true;
  }
  for (const auto* list : {&result.unmatched_a, &result.unmatched_b}) {
    for (const diff::Unmatched& each : *list) {
      if (fits(each.op)) return true;
    }
  }
  return std::any_of(result.differences.begin(), result.differences.end(),
                     [&](const auto& each) { return diff::is_about(each, op); });
}

ExitCode status_of(const Compared& pair) {
  if (!pair.result.compared) return kFailed;
  const bool damaged = pair.a.model->problems.has_error() || pair.b.model->problems.has_error();
  if (damaged) return kFailed;
  return pair.result.gate_passed ? kOk : kFinding;
}

std::set<std::string> files_in(const std::string& folder) {
  std::set<std::string> found;
  std::error_code failed;
  for (fs::directory_iterator each(folder, failed), end; !failed && each != end;
       each.increment(failed)) {
    if (each->is_regular_file(failed)) found.insert(each->path().filename().string());
  }
  return found;
}

std::string inside(const std::string& folder, const std::string& name) {
  return (fs::path(folder) / name).string();
}

/// Files of two folders that were compared, and what is to be said of all.
struct Folders {
  report::FolderDiff diff;
  std::vector<Compared> pairs;
  ExitCode status = kOk;
};

bool is_model_file(const std::string& path) {
  const auto file = FileBytes::open(path);
  if (!file) return true;                                  // the comparison says what is wrong
  return detect((*file)->bytes()).kind <= Kind::kAtcJson;  // models stand first in the list
}

/// What is no model on both sides (a note, a picture) is passed over.
Folders compare_folders(const Options& options, Io& io) {
  Folders all;
  all.diff.a = options.a;
  all.diff.b = options.b;
  const std::set<std::string> in_a = files_in(options.a);
  const std::set<std::string> in_b = files_in(options.b);
  for (const std::string& name : in_a) {
    const std::string a = inside(options.a, name);
    const std::string b = inside(options.b, name);
    if (!in_b.contains(name)) {
      if (is_model_file(a)) all.diff.only_a.push_back(name);
      continue;
    }
    if (!is_model_file(a) && !is_model_file(b)) continue;
    Compared pair = compare(a, b, options, io);
    all.status = std::max(all.status, status_of(pair));
    all.diff.pairs.push_back(pair.result);
    if (options.common.format == "dot") all.pairs.push_back(std::move(pair));
  }
  for (const std::string& name : in_b) {
    if (!in_a.contains(name) && is_model_file(inside(options.b, name))) {
      all.diff.only_b.push_back(name);
    }
  }
  std::stable_sort(all.diff.pairs.begin(), all.diff.pairs.end(), [](const auto& x, const auto& y) {
    return std::pair(!x.compared, x.verdict) > std::pair(!y.compared, y.verdict);
  });
  const size_t lonely = all.diff.only_a.size() + all.diff.only_b.size();
  if (lonely > 0) all.status = std::max(all.status, kFinding);
  if (all.diff.pairs.empty()) {
    all.status = kFailed;
    const Problem problem{Severity::kError,
                          Code::kBadUsage,
                          options.a,
                          std::nullopt,
                          "",
                          "and the other folder have no model of the same name; name two files"};
    print_problem(problem, io);
    all.diff.problems.push_back(problem);
  }
  all.diff.sentence = fmt::format("{} compared, {} without a partner.",
                                  counted(all.diff.pairs.size(), "pair"), lonely);
  return all;
}

void write_folders(const Options& options, const Folders& all, Io& io, std::ostream& out) {
  const std::string& format = options.common.format;
  if (format == "json") {
    report::write_diff_json(out, all.diff);
  } else if (format == "dot") {
    for (const Compared& each : all.pairs) {
      if (!each.result.compared) continue;
      report::write_diff_dot(out, each.result, *each.a.model, *each.b.model);
    }
  } else if (format == "markdown") {
    report::write_diff_markdown(out, all.diff);
  } else {
    report::TextPage page(text_style(options.common, io));
    report::write_diff_text(page, all.diff, options.common.all, options.diff.op);
    page.print(out);
  }
}

void write_pair(const Options& options, const Compared& pair, Io& io, std::ostream& out) {
  const std::string& format = options.common.format;
  if (format == "json") {
    report::write_diff_json(out, pair.result);
  } else if (!pair.result.compared) {
    return;  // standard error has said why
  } else if (format == "dot") {
    report::write_diff_dot(out, pair.result, *pair.a.model, *pair.b.model);
  } else if (format == "markdown") {
    report::write_diff_markdown(out, pair.result);
  } else {
    report::TextPage page(text_style(options.common, io));
    report::write_diff_text(page, pair.result, options.common.all, options.diff.op);
    page.print(out);
  }
}

/// A document for scripts where the options themselves are at fault.
ExitCode refuse(const Options& options, const Problem& problem, Io& io) {
  print_problem(problem, io);
  Compared none;
  none.result.sentence = "Nothing could be compared.";
  none.result.a.file = options.a;
  none.result.b.file = options.b;
  none.result.problems.push_back(problem);
  if (options.common.format == "json") {
    write_report(options.common, {options.a, options.b}, io,
                 [&](std::ostream& out) { write_pair(options, none, io, out); });
  }
  return kFailed;
}

ExitCode run(Options& options, Io& io) {
  if (const auto problem = complete(options)) return refuse(options, *problem, io);
  const std::vector<std::string> inputs = {options.a, options.b};
  std::error_code failed;
  if (fs::is_directory(options.a, failed) && fs::is_directory(options.b, failed)) {
    const Folders all = compare_folders(options, io);
    const ExitCode written = write_report(options.common, inputs, io, [&](std::ostream& out) {
      write_folders(options, all, io, out);
    });
    return std::max(all.status, written);
  }
  Compared pair = compare(options.a, options.b, options, io);
  if (!pair.result.compared && options.common.format != "json") return kFailed;
  const std::string& op = options.diff.op;
  const bool in_vain = pair.result.compared && !op.empty() && !names_an_op(pair.result, op);
  if (in_vain) {
    const Problem problem{
        Severity::kError,
        Code::kBadUsage,
        "",
        std::nullopt,
        "--op",
        fmt::format("no op of either model has a name like '{}'; '*' stands for any text", op)};
    print_problem(problem, io);
    pair.result.problems.push_back(problem);
    pair.result.gate_passed = false;
  }
  const ExitCode written = write_report(
      options.common, inputs, io, [&](std::ostream& out) { write_pair(options, pair, io, out); });
  return std::max(in_vain ? kFailed : status_of(pair), written);
}

}  // namespace

Run add_diff(CLI::App& command, Io& io) {
  auto options = std::make_shared<Options>();
  describe(command, *options);
  add_common_options(command, options->common, {"text", "json", "markdown", "dot"});
  return [options, &io] { return run(*options, io); };
}

}  // namespace omscope::cli
