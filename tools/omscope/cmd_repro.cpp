#include <algorithm>
#include <memory>

#include <fmt/format.h>

#include "omscope/commands.h"
#include "omscope/core/text.h"
#include "omscope/diagnose/diagnose_inputs.h"
#include "omscope/formats/read_input.h"
#include "omscope/repro/find_dump.h"
#include "omscope/repro/from_incident.h"
#include "omscope/repro/write_case.h"
#include "omscope/usage.h"

namespace omscope::cli {
namespace {

struct Options {
  repro::Failure failure;
  std::string model;
  std::string dump;
  repro::WriteOptions write;
  int64_t incident = 0;  ///< as diagnose counts them, from 1; 0: none
  std::vector<std::string> logs;
};

ExitCode refuse(const std::string& file, std::string where, std::string why, Io& io) {
  print_problem(
      {Severity::kError, Code::kBadUsage, file, std::nullopt, std::move(where), std::move(why)},
      io);
  return kFailed;
}

ExitCode tell(const repro::Case& one, const repro::WrittenCase& written, const Options& options,
              Io& io) {
  bool failed = false;
  for (const Problem& problem : written.problems) {
    print_problem(problem, io);
    failed = failed || problem.severity == Severity::kError;
  }
  for (const std::string& note : one.notes) io.err << "omscope: " << for_terminal(note) << '\n';
  io.err << fmt::format("omscope: {} written to {}: {} ({}){}{}\n", counted(written.files, "file"),
                        for_terminal(options.write.folder), for_terminal(one.op_name),
                        for_terminal(one.op_type),
                        written.has_golden ? ", with a golden in numpy" : "",
                        written.has_kernel ? ", with its kernel" : "");
  return failed ? kFailed : kOk;
}

/// Completes what was not given by what a diagnosis of the logs says. False: it says nothing.
bool take_from_incident(Options& options, Io& io) {
  diagnose::InputOptions inputs;
  inputs.paths = options.logs;
  inputs.model = options.model;
  inputs.kernel_meta = options.write.kernel_meta;
  const diagnose::Report report = diagnose::diagnose(inputs);
  for (const Problem& problem : report.problems) {
    if (problem.severity != Severity::kInfo) print_problem(problem, io);
  }
  const auto wanted = static_cast<size_t>(options.incident);
  if (wanted > report.incidents.size()) {
    refuse("", "--incident",
           fmt::format("{} is not there; the logs tell of {}", wanted,
                       counted(report.incidents.size(), "incident")),
           io);
    return false;
  }
  const diagnose::Incident& incident = report.incidents[wanted - 1];
  const repro::FromIncident found = repro::from_incident(incident, options.logs);
  repro::Failure& failure = options.failure;
  if (failure.op_name.empty()) failure.op_name = found.failure.op_name;
  if (failure.op_type.empty()) failure.op_type = found.failure.op_type;
  if (failure.kernel.empty()) failure.kernel = found.failure.kernel;
  if (options.dump.empty()) options.dump = found.dump;
  if (options.model.empty()) options.model = found.model;
  if (options.write.kernel_meta.empty()) options.write.kernel_meta = found.kernel_meta;
  if (options.model.empty() && options.dump.empty()) {
    const std::string op = failure.op_name.empty() ? failure.kernel : failure.op_name;
    refuse(
        "", "--incident",
        fmt::format("{} is about {}, but neither its dump{} nor a graph with the op is among the "
                    "paths; give --dump or --model",
                    wanted, op.empty() ? "no op" : op,
                    incident.dump_file.empty() ? "" : " " + incident.dump_file),
        io);
    return false;
  }
  return true;
}

ExitCode run(Options& options, Io& io) {
  if (options.incident == 0 && !options.logs.empty()) {
    return refuse(options.logs.front(), "--incident",
                  "is missing; say which incident of the logs, as diagnose counts them", io);
  }
  if (options.incident != 0) {
    if (options.logs.empty()) {
      return refuse("", "--incident", "needs the logs that tell of it", io);
    }
    if (!take_from_incident(options, io)) return kFailed;
  }
  if (options.model.empty() && options.dump.empty()) {
    return refuse("", "", "give --model with the graph, or --dump, or both", io);
  }
  if (!options.model.empty() && options.failure.op_name.empty()) {
    return refuse("", "--op", "is missing; name the op of the model", io);
  }
  repro::Evidence evidence;
  Input model;
  if (!options.model.empty()) {
    auto read = read_input(options.model);
    if (!read) {
      print_problem(read.error(), io);
      return kFailed;
    }
    model = std::move(*read);
    if (!model.model) return refuse(options.model, "--model", "is no model", io);
    print_problems(model.problems(), io);
    if (model.model->kind == Kind::kUnknown) return kFailed;
    evidence.model = model.model.get();
  }
  Input dump;
  if (!options.dump.empty()) {
    auto read = repro::find_dump(options.dump, options.failure.op_name);
    if (!read) {
      print_problem(read.error(), io);
      return kFailed;
    }
    dump = std::move(*read);
    print_problems(dump.problems(), io);
    evidence.dump = dump.tensors.get();
  }
  const auto one = repro::make_case(options.failure, evidence);
  if (!one) {
    print_problem(one.error(), io);
    return kFailed;
  }
  const auto written = repro::write_case(*one, options.write);
  if (!written) {
    print_problem(written.error(), io);
    return kFailed;
  }
  return tell(*one, *written, options, io);
}

}  // namespace

Run add_repro(CLI::App& command, Io& io) {
  auto options = std::make_shared<Options>();
  const std::string group = "Input";
  command.add_option("--model", options->model, "Graph dump or model that has the op")
      ->type_name("FILE")
      ->group(group);
  command.add_option("--op", options->failure.op_name, "The op, as the model or the log names it")
      ->type_name("NAME")
      ->group(group);
  command
      .add_option("--dump", options->dump,
                  "Dump of the op with its inputs, or a folder of dumps to look for it")
      ->type_name("PATH")
      ->group(group);
  command
      .add_option("--kernel", options->failure.kernel,
                  "The kernel as the log names it; else what the model says")
      ->type_name("NAME")
      ->group(group);
  command
      .add_option("--kernel-meta", options->write.kernel_meta,
                  "Folder with the kernel's .o and .json")
      ->type_name("DIR")
      ->group(group);
  command
      .add_option(
          "--incident", options->incident,
          "Take op, kernel and dump from this incident of the logs, as diagnose counts them")
      ->check(whole_number(1, 1'000'000))
      ->type_name("N")
      ->group(group);
  command.add_option("PATH", options->logs, "With --incident: the logs, as given to diagnose")
      ->group(group);
  command.add_option("-o,--output", options->write.folder, "Folder to write the case to")
      ->type_name("DIR")
      ->required()
      ->group("Output");
  command.add_flag("--force", options->write.force, "Overwrite files that exist")->group("Output");
  return [options, &io] { return run(*options, io); };
}

}  // namespace omscope::cli
