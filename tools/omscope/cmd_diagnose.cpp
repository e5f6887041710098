#include <algorithm>

#include "omscope/commands.h"
#include "omscope/diagnose/diagnose_inputs.h"
#include "omscope/diagnose/redact.h"
#include "omscope/report/diagnose.h"
#include "omscope/usage.h"

namespace omscope::cli {
namespace {

struct Options {
  CommonOptions common;
  diagnose::InputOptions inputs;
  int64_t pid = -1;
  std::string language = "en";
  bool redact = false;
};

ExitCode run(Options& options, Io& io) {
  if (options.pid >= 0) options.inputs.logs.pid = options.pid;
  diagnose::Report report = diagnose::diagnose(options.inputs);
  if (options.redact) diagnose::redact(report);
  report::DiagnoseOptions style;
  style.chinese = options.language == "zh";
  std::vector<std::string> named = options.inputs.paths;
  const ExitCode written = write_report(options.common, named, io, [&](std::ostream& out) {
    if (options.common.format == "json") {
      report::write_diagnose_json(out, report, style);
      return;
    }
    report::TextPage page(text_style(options.common, io));
    report::write_diagnose_text(page, report, style);
    page.print(out);
  });
  bool failed = false;
  for (const Problem& problem : report.problems) {
    if (problem.severity == Severity::kInfo) continue;
    print_problem(problem, io);
    failed = failed || problem.severity == Severity::kError;
  }
  const ExitCode found = failed ? kFailed : report.has_fault() ? kFinding : kOk;
  return std::max(written, found);
}

}  // namespace

Run add_diagnose(CLI::App& command, Io& io) {
  auto options = std::make_shared<Options>();
  command
      .add_option("PATH", options->inputs.paths,
                  "Logs, folders of them, asys bundles (also packed), texts of a screen, and what "
                  "belongs to them; -: standard input")
      ->required();
  const std::string evidence = "Evidence";
  command.add_option("--model", options->inputs.model, "The model or graph that ran")
      ->type_name("FILE")
      ->group(evidence);
  command.add_option("--dump", options->inputs.dump, "Dumps of the failed operator")
      ->type_name("PATH")
      ->group(evidence);
  command
      .add_option("--kernel-meta", options->inputs.kernel_meta, "Folder with kernels' .o and .json")
      ->type_name("FOLDER")
      ->group(evidence);
  command
      .add_option("--target", options->inputs.target,
                  "Text of 'npu-smi info' of the machine that is to run the model")
      ->type_name("FILE")
      ->group(evidence);
  command
      .add_option("--cann", options->inputs.cann,
                  "Folder of an installed CANN, or of its kernels alone")
      ->type_name("FOLDER")
      ->group(evidence);
  const std::string filter = "Filter";
  command.add_option("--pid", options->pid, "Only incidents of this process")
      ->check(whole_number(0, int64_t{1} << 40U))
      ->group(filter);
  command
      .add_option("--op", options->inputs.logs.op_globs,
                  "Only incidents of ops or kernels whose name matches")
      ->allow_extra_args(false)
      ->type_name("GLOB")
      ->group(filter);
  command.add_option("--lang", options->language, "Language of conclusions and actions")
      ->check(one_of({"en", "zh"}))
      ->capture_default_str()
      ->group("Output");
  command.add_flag("--redact", options->redact, "Mask hosts, users and folders")->group("Output");
  add_common_options(command, options->common, {"text", "json"});
  return [options, &io] { return run(*options, io); };
}

}  // namespace omscope::cli
