#include <algorithm>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

#include "omscope/commands.h"
#include "omscope/compare/compare.h"
#include "omscope/compare/policy.h"
#include "omscope/core/text.h"
#include "omscope/progress.h"
#include "omscope/report/compare_reports.h"
#include "omscope/usage.h"

namespace omscope::cli {
namespace {

struct Options {
  CommonOptions common;
  compare::Options compare;
  std::vector<std::string> metrics;
  std::string rtol;
  std::string atol;
  size_t top = 10;
  bool csv_compat = false;
};

/// A number that is neither negative nor NaN.
CLI::Validator tolerance() {
  return {[](std::string& value) {
            double number = 0;
            const char* end = value.data() + value.size();
            const auto [stop, error] = std::from_chars(value.data(), end, number);
            const bool is_number = error == std::errc() && stop == end && std::isfinite(number);
            if (is_number && number >= 0) return std::string();
            return fmt::format("{} is no tolerance; write a finite number as 1e-3", value);
          },
          ""};
}

std::optional<double> number_of(const std::string& text) {
  if (text.empty()) return std::nullopt;
  double number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

bool wants(const std::vector<std::string>& list, std::string_view name) {
  return std::find(list.begin(), list.end(), name) != list.end();
}

void write(const Options& options, const compare::Result& result, const Io& io, std::ostream& out) {
  const std::string& format = options.common.format;
  const report::CompareView view{options.common.all, options.top};
  if (format == "json") {
    report::write_compare_json(out, result);
  } else if (format == "csv" && options.csv_compat) {
    report::write_compare_csv_compat(out, result);
  } else if (format == "csv") {
    report::write_compare_csv(out, result);
  } else if (format == "junit") {
    report::write_compare_junit(out, result);
  } else if (format == "markdown") {
    report::write_compare_markdown(out, result, view);
  } else if (format == "html") {
    report::write_compare_html(out, result);
  } else {
    report::TextPage page(text_style(options.common, io));
    report::write_compare_text(page, result, view);
    page.print(out);
  }
}

/// What could not be read makes the whole run fail, whatever the rest says.
ExitCode exit_code(const compare::Result& result) {
  if (result.problems.has_error() || result.verdict == compare::Verdict::kNone) return kFailed;
  return result.verdict == compare::Verdict::kPass ? kOk : kFinding;
}

std::vector<std::string> inputs_of(const compare::Options& options) {
  std::vector<std::string> inputs;
  for (const std::string* path : {&options.run, &options.golden, &options.model, &options.onnx,
                                  &options.mapping, &options.policy}) {
    if (!path->empty()) inputs.push_back(*path);
  }
  return inputs;
}

ExitCode run(Options& options, Io& io) {
  options.compare.rtol = number_of(options.rtol);
  options.compare.atol = number_of(options.atol);
  options.compare.kl = wants(options.metrics, "kl") || options.csv_compat;
  options.compare.quantiles = wants(options.metrics, "quantiles");
  options.compare.psnr = wants(options.metrics, "psnr");
  options.compare.snr = wants(options.metrics, "snr");
  if (options.csv_compat) options.common.format = "csv";
  compare::Result result;
  {
    ProgressBar bar(io);
    options.compare.progress = [&](uint64_t done, uint64_t total) { bar.show(done, total); };
    result = compare::compare(options.compare);
  }
  const ExitCode written =
      write_report(options.common, inputs_of(options.compare), io,
                   [&](std::ostream& out) { write(options, result, io, out); });
  print_problems(result.problems, io);
  return std::max(written, exit_code(result));
}

void describe_pairing(CLI::App& command, compare::Options& options) {
  const std::string group = "Which tensors belong together";
  command
      .add_option("--model", options.model,
                  "The model that ran: om, graph dump or atc JSON. Tells which golden tensor each "
                  "one equals, layouts, and the order of ops")
      ->type_name("FILE")
      ->group(group);
  command.add_option("--onnx", options.onnx, "The source model: names of its nodes and values")
      ->type_name("FILE")
      ->group(group);
  command
      .add_option("--mapping", options.mapping,
                  "Own pairs: lines of the run's name, a tab or comma, the golden one's")
      ->type_name("FILE")
      ->group(group);
  command
      .add_option("--filter", options.filters,
                  "Only ops whose name matches, on either side; may be given several times")
      ->allow_extra_args(false)
      ->type_name("GLOB")
      ->group(group);
}

void describe_judging(CLI::App& command, Options& options) {
  const std::string group = "What passes";
  command
      .add_option("--rtol", options.rtol,
                  "Tolerance relative to golden, for all dtypes; the one of the two that is not "
                  "given is 0")
      ->check(tolerance())
      ->type_name("NUMBER")
      ->group(group);
  command.add_option("--atol", options.atol, "Absolute tolerance, for all dtypes")
      ->check(tolerance())
      ->type_name("NUMBER")
      ->group(group);
  command
      .add_option("--policy", options.compare.policy,
                  "TOML file with thresholds by dtype, op type and name, and what to ignore")
      ->type_name("FILE")
      ->group(group);
  command
      .add_option("--preset", options.compare.preset,
                  "Thresholds of another tool instead of those by dtype")
      ->check(one_of(compare::presets()))
      ->group(group);
  command
      .add_flag("--strict", options.compare.strict,
                "Tensors that cannot be compared, or have no partner although they could, fail")
      ->group(group);
}

}  // namespace

Run add_compare(CLI::App& command, Io& io) {
  auto options = std::make_shared<Options>();
  command
      .add_option("RUN", options->compare.run,
                  "Dumps or tensor files of the run in doubt: a folder, or one of them")
      ->required();
  command
      .add_option("GOLDEN", options->compare.golden,
                  "The same of the run that is right, or a baseline")
      ->required();
  describe_pairing(command, options->compare);
  describe_judging(command, *options);
  command
      .add_option("--metrics", options->metrics,
                  "Further metrics, separated by commas: kl, quantiles, psnr, snr")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->check(one_of({"kl", "quantiles", "psnr", "snr"}))
      ->group("Output");
  command.add_option("--top", options->top, "Show this many pairs in text and markdown")
      ->check(whole_number(0, 1000000))
      ->capture_default_str()
      ->group("Output");
  command
      .add_option("--save-baseline", options->compare.save_baseline,
                  "Keep statistics and a sample of golden in FILE, which can stand for it later")
      ->type_name("FILE")
      ->group("Output");
  command
      .add_flag("--csv-compat", options->csv_compat, "CSV with the columns of msaccucmp's tables")
      ->group("Output");
  add_common_options(command, options->common,
                     {"text", "json", "csv", "markdown", "junit", "html"});
  command.parse_complete_callback([options, &command] {
    const bool other = command.count("--format") > 0 && options->common.format != "csv";
    if (options->csv_compat && other) {
      throw CLI::ValidationError("--csv-compat",
                                 "is a kind of CSV; leave out --format " + options->common.format);
    }
  });
  return [options, &io] { return run(*options, io); };
}

}  // namespace omscope::cli
