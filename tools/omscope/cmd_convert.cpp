#include <filesystem>
#include <sstream>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "omscope/commands.h"
#include "omscope/convert/convert_tensors.h"
#include "omscope/convert/extract.h"
#include "omscope/convert_options.h"
#include "omscope/core/replace_file.h"
#include "omscope/core/text.h"
#include "omscope/formats/graphtext/atc_json.h"
#include "omscope/formats/read_input.h"
#include "omscope/formats/tensorfile/raw.h"
#include "omscope/progress.h"

namespace omscope::cli {
namespace {

using Options = ConvertOptions;

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
  const bool folder = options.output.ends_with('/') || is_folder(options.output);
  if (!folder || options.output == convert::kStandardOutput) return options.output;
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
  std::error_code unknown;
  if (path != convert::kStandardOutput && fs::is_regular_file(path, unknown) && !options.force) {
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

/// What was read goes on in spite of problems; they count in the end.
ExitCode convert_model(const ir::Model& model, const Options& options, Io& io) {
  const bool json = format_wanted(options) == "json" && options.extract.empty();
  if (options.to == "json" && !options.extract.empty()) {
    return refuse(Code::kBadUsage, options.input,
                  "--to json writes one file and --extract many; give one of the two", io);
  }
  if (!json && options.extract.empty()) {
    return refuse(Code::kBadUsage, options.input,
                  "is a model; say what to make of it: --to json, or --extract with weights, "
                  "kernels, tasks or submodels; see 'omscope convert --help'",
                  io);
  }
  print_problems(model.problems, io);
  if (model.kind == Kind::kUnknown) return kFailed;
  const ExitCode done = json ? to_json(model, options, io) : extract(model, options, io);
  return model.problems.has_error() ? kFailed : done;
}

/// Where OUT looks like one thing and becomes another.
std::vector<Problem> surprises(const convert::TensorResults& result, const Options& options,
                               bool of_folder) {
  namespace fs = std::filesystem;
  const auto remark = [&](std::string text) {
    return std::vector<Problem>{
        {Severity::kWarning, Code::kBadUsage, options.output, std::nullopt, "", std::move(text)}};
  };
  const std::string suffix = fs::path(options.output).extension().string();
  if (options.output.ends_with('/') || suffix.size() < 2) return {};
  if (of_folder) {
    if (!is_format(suffix.substr(1))) return {};
    return remark("is a folder: IN is one, and each of its files gives results of its own");
  }
  if (is_folder(options.output)) {
    if (!is_format(suffix.substr(1))) return {};
    return remark(
        "is a folder: there is more than one result, or there was a folder of that name; "
        "--tensor takes one tensor, --to npz puts those of a file into one");
  }
  const bool letters = std::all_of(suffix.begin() + 1, suffix.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  });
  if (result.files == 0 || !options.to.empty() || !letters || is_format(suffix.substr(1))) {
    return {};
  }
  return remark("is written as npy, whatever its name; --to says what to write");
}

ExitCode tell(const convert::TensorResults& result, const Options& options, bool of_folder,
              Io& io) {
  std::vector<Problem> problems = surprises(result, options, of_folder);
  problems.insert(problems.end(), result.problems.begin(), result.problems.end());
  print_by_reason(options.input, problems, io);
  const bool failed = std::any_of(problems.begin(), problems.end(), [](const Problem& problem) {
    return problem.severity == Severity::kError;
  });
  if (std::filesystem::is_directory(options.output)) {
    io.err << fmt::format("omscope: {} written to the folder {}\n", counted(result.files, "file"),
                          for_terminal(options.output));
  }
  return failed ? kFailed : kOk;
}

ExitCode convert_input(const Input& input, const Options& options, Io& io) {
  if (!options.extract.empty()) {
    return refuse(Code::kBadUsage, options.input, "is no model; --extract takes models apart", io);
  }
  if (input.folder && options.output == convert::kStandardOutput) {
    return refuse(Code::kBadUsage, options.input,
                  "is a folder and gives many files; name a folder for them with -o", io);
  }
  convert::TensorOptions wanted = tensor_options(options);
  convert::TensorResults result;
  {
    ProgressBar bar(io);
    wanted.progress = [&](uint64_t done, uint64_t total) { bar.show(done, total); };
    if (input.folder) {
      if (!options.output.ends_with('/')) wanted.output += '/';
      result = convert::convert_folder(*input.folder, wanted);
    } else {
      result = convert::convert_tensors(*input.tensors, wanted);
    }
  }
  if (input.tensors) print_problems(input.tensors->problems, io, "inspect --format json lists {}");
  const ExitCode done = tell(result, options, input.folder != nullptr, io);
  return input.problems().has_error() ? kFailed : done;
}

/// Bytes that the user describes.
Result<Input> read_described(const Options& options) {
  const auto spec = tensorfile::parse_raw_spec(options.raw);
  if (!spec) return spec.error();
  const auto file =
      options.input == "-" ? FileBytes::from_standard_input() : FileBytes::open(options.input);
  if (!file) return file.error();
  Input input;
  input.tensors = tensorfile::read_raw(*file, *spec);
  for (const Problem& problem : input.tensors->problems.list()) {
    if (problem.severity == Severity::kError) return problem;
  }
  return input;
}

ExitCode run(const Options& options, Io& io) {
  if (options.output == convert::kStandardOutput && !options.extract.empty()) {
    return refuse(Code::kBadUsage, options.input,
                  "--extract gives many files; name a folder for them with -o", io);
  }
  const auto input = options.raw.empty() ? read_input(options.input) : read_described(options);
  if (!input) {
    print_problem(input.error(), io);
    return kFailed;
  }
  if (!input->tensors && !input->folder) {
    if (input->model->kind == Kind::kUnknown) {
      print_problems(input->model->problems, io);
      return kFailed;
    }
    return convert_model(*input->model, options, io);
  }
  return convert_input(*input, options, io);
}

}  // namespace

Run add_convert(CLI::App& command, Io& io) {
  auto options = std::make_shared<Options>();
  describe(command, *options);
  return [options, &io] { return run(*options, io); };
}

}  // namespace omscope::cli
