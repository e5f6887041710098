#include <filesystem>
#include <sstream>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "omscope/commands.h"
#include "omscope/convert/extract.h"
#include "omscope/core/replace_file.h"
#include "omscope/core/text.h"
#include "omscope/formats/graphtext/atc_json.h"
#include "omscope/formats/read_model.h"
#include "omscope/usage.h"

namespace omscope::cli {
namespace {

struct Options {
  std::string input;
  std::string output;
  std::string to;
  std::vector<std::string> extract;
  bool force = false;
  int threads = 0;
};

ExitCode refuse(Code code, const std::string& file, std::string why, Io& io) {
  print_problem({Severity::kError, code, file, std::nullopt, "", std::move(why)}, io);
  return kFailed;
}

bool wants(const std::vector<std::string>& list, std::string_view name) {
  return std::find(list.begin(), list.end(), name) != list.end();
}

ExitCode extract(const ir::Model& model, const Options& options, Io& io) {
  const convert::Parts parts{wants(options.extract, "weights"), wants(options.extract, "kernels"),
                             wants(options.extract, "tasks"), wants(options.extract, "submodels")};
  const convert::Extracted result = convert::extract(model, parts, options.output, options.force);
  bool failed = false;
  for (const Problem& problem : result.problems) {
    print_problem(problem, io);
    failed = failed || problem.severity == Severity::kError;
  }
  const auto absent = convert::absent_parts(model, parts);
  io.err << fmt::format(
      "omscope: {} written to {}{}\n", counted(result.files, "file"), for_terminal(options.output),
      absent.empty() ? "" : fmt::format("; the model has no {}", fmt::join(absent, ", no ")));
  return failed ? kFailed : kOk;
}

/// The name of the JSON file: OUT itself, or one in it where OUT is a folder.
std::string json_path(const Options& options) {
  namespace fs = std::filesystem;
  const bool folder = options.output.ends_with('/') || fs::is_directory(options.output);
  if (!folder) return options.output;
  return (fs::path(options.output) / (fs::path(options.input).filename().string() + ".json"))
      .string();
}

ExitCode to_json(const ir::Model& model, const Options& options, Io& io) {
  namespace fs = std::filesystem;
  std::ostringstream text;
  const auto made = graphtext::write_atc_json(model, text);
  if (!made) {
    print_problem(made.error(), io);
    return kFailed;
  }
  const std::string path = json_path(options);
  if (is_same_file(path, options.input)) {
    return refuse(Code::kCannotWrite, path, "is the input; give -o another name", io);
  }
  if (fs::is_regular_file(path) && !options.force) {
    return refuse(Code::kCannotWrite, path, "exists already; --force overwrites it", io);
  }
  std::error_code ignored;
  fs::create_directories(fs::path(path).parent_path(), ignored);
  const auto written =
      replace_file(path, Links::kFollow, [&](std::ostream& out) { out << text.view(); });
  if (!written) {
    print_problem(written.error(), io);
    return kFailed;
  }
  return kOk;
}

/// Whether JSON is wanted; nothing where the options do not say, or say two things.
std::optional<bool> wants_json(const Options& options, Io& io) {
  const bool extract = !options.extract.empty();
  if (options.to == "json" && extract) {
    refuse(Code::kBadUsage, options.input,
           "--to json writes one file and --extract many; give one of the two", io);
    return std::nullopt;
  }
  const bool by_suffix = options.to.empty() && !extract && options.output.ends_with(".json");
  if (options.to == "json" || by_suffix) return true;
  if (extract) return false;
  refuse(Code::kBadUsage, options.input,
         "say what to make of it: --to json, or --extract with weights, kernels, tasks or "
         "submodels; see 'omscope convert --help'",
         io);
  return std::nullopt;
}

ExitCode run(const Options& options, Io& io) {
  const auto json = wants_json(options, io);
  if (!json) return kFailed;
  const auto read = read_model(options.input);
  if (!read) {
    print_problem(read.error(), io);
    return kFailed;
  }
  const ir::Model& model = *read->model;
  print_problems(model.problems, io);
  if (model.kind == Kind::kUnknown) return kFailed;
  const ExitCode done = *json ? to_json(model, options, io) : extract(model, options, io);
  return model.problems.has_error() ? kFailed : done;
}

}  // namespace

Run add_convert(CLI::App& command, Io& io) {
  auto options = std::make_shared<Options>();
  command.add_option("IN", options->input, "The model")->required();
  command
      .add_option("-o,--output", options->output,
                  "The file to write; a folder when there are several, or when it ends in /")
      ->required();
  command
      .add_option("--to", options->to, "json: what atc --mode=1 writes of an om (default by OUT)")
      ->check(one_of({"json"}));
  command
      .add_option("--extract", options->extract,
                  "Take an om apart: weights (npy), kernels (ELF), tasks, submodels")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->check(one_of({"weights", "kernels", "tasks", "submodels"}));
  command.add_flag("--force", options->force, "Overwrite files that exist");
  command.add_option("--threads", options->threads, "Threads to use; 0: one per core")
      ->check(whole_number(0, 1024));
  return [options, &io] { return run(*options, io); };
}

}  // namespace omscope::cli
