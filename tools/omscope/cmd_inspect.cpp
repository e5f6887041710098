#include <algorithm>
#include <array>

#include "omscope/commands.h"
#include "omscope/report/inspect_csv.h"
#include "omscope/report/inspect_json.h"
#include "omscope/report/inspect_text.h"
#include "omscope/tensor/check_shape.h"
#include "omscope/usage.h"

namespace omscope::cli {
namespace {

using report::InspectOptions;

struct Options {
  CommonOptions common;
  std::vector<std::string> files;
  std::vector<std::string> show;
  InspectOptions inspect;
};

struct Section {
  const char* name;
  bool InspectOptions::*wanted;
};
constexpr std::array kSections = {
    Section{"header", &InspectOptions::header}, Section{"partitions", &InspectOptions::partitions},
    Section{"io", &InspectOptions::io},         Section{"attrs", &InspectOptions::attrs},
    Section{"ops", &InspectOptions::ops},       Section{"weights", &InspectOptions::weights},
    Section{"tasks", &InspectOptions::tasks},   Section{"kernels", &InspectOptions::kernels},
    Section{"aipp", &InspectOptions::aipp},
};

void apply_show(const std::vector<std::string>& show, InspectOptions& options) {
  for (const Section& section : kSections) {
    options.*section.wanted = std::any_of(show.begin(), show.end(), [&](const std::string& name) {
      return name == section.name || name == "all";
    });
  }
}

report::Inspected open(const std::string& path, bool with_values) {
  report::Inspected input;
  input.path = path;
  auto read = read_input(path);
  if (read) {
    input.read = std::move(*read);
    if (input.read.tensors) tensor::check_origin_shapes(*input.read.tensors);
    if (input.read.tensors && with_values) ir::check_payloads(*input.read.tensors);
    if (dump::FolderIndex* folder = input.read.folder.get();
        folder != nullptr && folder->entries.empty() && folder->problems.list().empty()) {
      folder->problems.error(Code::kUnknownKind, std::nullopt, "",
                             "holds no file; name the folder that the dumps are in");
    }
  } else {
    input.problem = read.error();
  }
  return input;
}

ExitCode report_problems(const std::vector<report::Inspected>& inputs, Io& io) {
  bool failed = false;
  for (const report::Inspected& input : inputs) {
    if (!input.read.opened()) {
      print_problem(input.problem, io);
      failed = true;
      continue;
    }
    print_problems(input.read.problems(), io);
    failed = failed || input.read.problems().has_error();
  }
  return failed ? kFailed : kOk;
}

ExitCode run(Options& options, Io& io) {
  apply_show(options.show, options.inspect);
  std::vector<report::Inspected> inputs;
  for (const std::string& path : options.files) inputs.push_back(open(path, options.inspect.stats));
  const ExitCode written = write_report(options.common, options.files, io, [&](std::ostream& out) {
    if (options.common.format == "json") {
      report::write_inspect_json(out, inputs, options.inspect);
    } else if (options.common.format == "csv") {
      report::write_inspect_csv(out, inputs, options.inspect);
    } else {
      report::TextStyle style = text_style(options.common, io);
      style.whole = options.common.all && options.common.width == 0;
      report::TextPage page(style);
      for (size_t i = 0; i < inputs.size(); ++i) {
        if (i > 0) page.blank();
        report::write_inspect_text(page, inputs[i], options.inspect);
      }
      page.print(out);
    }
  });
  return std::max(written, report_problems(inputs, io));
}

}  // namespace

Run add_inspect(CLI::App& command, Io& io) {
  auto options = std::make_shared<Options>();
  command
      .add_option(
          "FILE", options->files,
          "Models (om, ONNX, graph dumps, atc JSON), tensor dumps and files, folders of them;"
          " -: standard input")
      ->required();
  std::vector<std::string> names = {"all"};
  for (const Section& section : kSections) names.emplace_back(section.name);
  command.add_option("--show", options->show, "Sections to show in full, separated by commas")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->check(one_of(names));
  command
      .add_option("--op", options->inspect.op_globs,
                  "Show ops whose name matches, in full; of dumps: only theirs")
      ->allow_extra_args(false)
      ->type_name("GLOB");
  command.add_flag("--stats", options->inspect.stats,
                   "Add the census of the values of constants and tensors");
  add_common_options(command, options->common, {"text", "json", "csv"});
  command.footer(command.get_footer() +
                 "\n\nExit status: 0 whatever the values are (NaN, an overflow record: compare and "
                 "diagnose judge),\n2 bad usage, or an input that is unreadable or damaged.");
  return [options, &io] { return run(*options, io); };
}

}  // namespace omscope::cli
