#include <fmt/format.h>

#include <filesystem>
#include <sstream>

#include "omscope/commands.h"
#include "omscope/convert/extract.h"
#include "omscope/formats/graphtext/atc_json.h"
#include "omscope/formats/read_model.h"

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

Problem unusable(const std::string& what, std::string why) {
  return {Severity::kError, Code::kBadValue, what, std::nullopt, "", std::move(why)};
}

bool wants(const std::vector<std::string>& list, std::string_view name) {
  return std::find(list.begin(), list.end(), name) != list.end();
}

ExitCode extract(const ir::Model& model, const Options& options, Io& io) {
  const convert::Parts parts{wants(options.extract, "weights"), wants(options.extract, "kernels"),
                             wants(options.extract, "tasks"), wants(options.extract, "submodels")};
  const convert::Extracted result =
      convert::extract(model, parts, options.output, options.force);
  bool failed = false;
  for (const Problem& problem : result.problems) {
    print_problem(problem, io);
    failed = failed || problem.severity == Severity::kError;
  }
  io.err << fmt::format("omscope: {} files written to {}\n", result.files, options.output);
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
  std::ostringstream text;
  const auto made = graphtext::write_atc_json(model, text);
  if (!made) {
    print_problem(made.error(), io);
    return kFailed;
  }
  const std::string path = json_path(options);
  std::error_code ignored;
  std::filesystem::create_directories(std::filesystem::path(path).parent_path(), ignored);
  const std::string content = text.str();
  const auto written = write_file(path, {as_bytes(content)}, options.force);
  if (!written) {
    print_problem(written.error(), io);
    return kFailed;
  }
  return kOk;
}

ExitCode run(const Options& options, Io& io) {
  const auto read = read_model(options.input);
  if (!read) {
    print_problem(read.error(), io);
    return kFailed;
  }
  const ir::Model& model = *read->model;
  print_problems(model.problems, io);
  if (model.kind == Kind::kUnknown) return kFailed;
  const bool json = options.to == "json" || (options.to.empty() && options.output.ends_with(".json"));
  if (json == !options.extract.empty()) {
    print_problem(unusable(options.input, "say what to make of it: --to json, or --extract with "
                                          "weights, kernels, tasks or submodels"),
                  io);
    return kFailed;
  }
  const ExitCode done = json ? to_json(model, options, io) : extract(model, options, io);
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
  command.add_option("--to", options->to, "json: what atc --mode=1 writes of an om (default by OUT)")
      ->check(CLI::IsMember({"json"}));
  command
      .add_option("--extract", options->extract,
                  "Take an om apart: weights (npy), kernels (ELF), tasks, submodels")
      ->delimiter(',')
      ->check(CLI::IsMember({"weights", "kernels", "tasks", "submodels"}));
  command.add_flag("--force", options->force, "Overwrite files that exist");
  command.add_option("--threads", options->threads, "Threads to use; 0: one per core")
      ->check(CLI::Range(0, 1024));
  return [options, &io] { return run(*options, io); };
}

}  // namespace omscope::cli
