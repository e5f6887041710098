#include "omscope/cli.h"

#include <algorithm>
#include <array>
#include <exception>
#include <new>

#include <fmt/format.h>
#include <tbb/global_control.h>

#include "omscope/commands.h"
#include "omscope/core/text.h"
#include "omscope/usage.h"
#include "omscope/version_text.h"

namespace omscope::cli {
namespace {

struct Command {
  const char* name;
  const char* summary;
  const char* example;
  Run (*add)(CLI::App&, Io&);
};

// A new subcommand is one line here.
constexpr std::array kCommands = {
    Command{"inspect", "What is inside of a model, a dump or a folder of dumps",
            "omscope inspect model.om", add_inspect},
    Command{"diff", "What differs between two models, and whether it matters",
            "omscope diff good.om mine.om", add_diff},
    Command{"compare", "How a run differs from its golden run, and where that starts",
            "omscope compare dump_folder golden_folder --model model.om", add_compare},
    Command{"convert", "Write dumps, models, or parts of them, in another format",
            "omscope convert dump_folder -o arrays/ --origin-shape", add_convert},
    Command{"diagnose", "What failed and why, from logs and what lies beside them",
            "omscope diagnose $HOME/ascend/log", add_diagnose},
    Command{"explain", "What an error code, a key, a kernel's name or a line of a log means",
            "omscope explain 507011", add_explain},
    Command{"repro", "Take one op out of a run, to run it alone",
            "omscope repro --model graph.txt --op conv1 --dump dumps/ -o case/", add_repro},
};

/// Options of the whole run that a subcommand has read.
int threads_wanted(const CLI::App& app) {
  for (const CLI::App* command : app.get_subcommands()) {
    const CLI::Option* option = command->get_option_no_throw("--threads");
    if (option != nullptr && option->count() > 0) return option->as<int>();
  }
  return 0;
}

ExitCode run_chosen(const CLI::App& app, const std::map<const CLI::App*, Run>& runs, Io& io) {
  const int threads = threads_wanted(app);
  std::unique_ptr<tbb::global_control> limit;
  if (threads > 0) {
    limit = std::make_unique<tbb::global_control>(tbb::global_control::max_allowed_parallelism,
                                                  static_cast<size_t>(threads));
  }
  try {
    return runs.at(app.get_subcommands().front())();
  } catch (const std::bad_alloc&) {
    io.err << "omscope: error: out of memory; close other programs, or show less\n";
  } catch (const std::exception& fault) {
    io.err << "omscope: error: " << for_terminal(fault.what()) << "; please report this\n";
  }
  return kFailed;
}

}  // namespace

void add_common_options(CLI::App& command, CommonOptions& options,
                        const std::vector<std::string>& formats) {
  const std::string group = "Output";
  command.add_option("--format", options.format, "Format of the report")
      ->check(one_of(formats))
      ->capture_default_str()
      ->group(group);
  command
      .add_option("-o,--output", options.output,
                  "Write the report to this file; -: standard output, as without")
      ->check(not_empty())
      ->group(group);
  command.add_option("--color,--colour", options.colour, "Colours in text")
      ->check(one_of({"auto", "always", "never"}))
      ->capture_default_str()
      ->group(group);
  command.add_option("--width", options.width, "Columns of text; 0: as wide as the terminal")
      ->check(whole_number(0, 10000))
      ->group(group);
  command.add_flag("--all", options.all, "Everything, however many lines it takes")->group(group);
  command.add_option("--threads", options.threads, "Threads to use; 0: one per core")
      ->check(whole_number(0, 1024))
      ->group(group);
}

int run(int argc, const char* const* argv, Io& io) {
  CLI::App app(
      "Opens what an Ascend NPU leaves behind: offline models, ONNX models, graph dumps, tensor "
      "dumps.",
      "omscope");
  app.set_version_flag("--version", version_text());
  app.require_subcommand(1);
  app.get_formatter()->column_width(34);
  app.footer(
      "Example:\n  omscope inspect model.om\n\n"
      "Exit status: 0 all well, 1 a difference or finding, 2 bad usage or unreadable input.");
  std::map<const CLI::App*, Run> runs;
  for (const Command& command : kCommands) {
    CLI::App* added = app.add_subcommand(command.name, command.summary);
    added->footer(fmt::format("Example:\n  {}", command.example));
    runs[added] = command.add(*added, io);
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& wanted) {  // --help, --version
    app.exit(wanted, io.out, io.err);
    return finish_output(io);
  } catch (const CLI::ParseError& fault) {
    return report_bad_usage(app, fault, {argv + std::min(argc, 1), argv + argc}, io);
  }
  return run_chosen(app, runs, io);
}

}  // namespace omscope::cli
