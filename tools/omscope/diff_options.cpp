#include "omscope/diff_options.h"

#include <array>

#include "omscope/core/file_bytes.h"
#include "omscope/core/result.h"
#include "omscope/core/text.h"
#include "omscope/report/diff_words.h"
#include "omscope/usage.h"

namespace omscope::cli {
namespace {

constexpr std::array kSeverities = {diff::Severity::kError, diff::Severity::kWarning,
                                    diff::Severity::kInfo, diff::Severity::kNoise};

std::vector<std::string> class_names() {
  std::vector<std::string> names;
  for (const diff::Class kind : report::diff_classes()) names.emplace_back(report::to_string(kind));
  return names;
}

std::vector<std::string> gate_names() {
  std::vector<std::string> names;
  for (const diff::Severity severity : kSeverities) names.emplace_back(report::to_string(severity));
  // "noise" is a severity and a class, and means the same as either.
  for (std::string& name : class_names()) {
    if (name != report::to_string(diff::Severity::kNoise)) names.push_back(std::move(name));
  }
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

using Pairs = std::vector<std::pair<std::string, std::string>>;

/// A's name and B's on each line, with a tab between them, else a comma, else a blank; lines that
/// start with # say nothing.
Result<Pairs> read_map(const std::string& path) {
  const auto file = FileBytes::open(path);
  if (!file) return file.error();
  Pairs pairs;
  uint64_t offset = 0;
  for (const std::string_view whole : split(as_text((*file)->bytes()), '\n')) {
    const uint64_t start = offset;
    offset += whole.size() + 1;
    const std::string_view line = trimmed(whole);
    if (line.empty() || line.front() == '#') continue;
    size_t cut = std::string_view::npos;
    for (const char separator : {'\t', ',', ' '}) {
      if (cut == std::string_view::npos) cut = line.find(separator);
    }
    const std::string_view a = trimmed(line.substr(0, cut));
    const std::string_view b =
        cut == std::string_view::npos ? std::string_view() : trimmed(line.substr(cut + 1));
    if (a.empty() || b.empty()) {
      return Problem{Severity::kError,
                     Code::kBadText,
                     path,
                     start,
                     "line",
                     "holds no two names; write A's name, a tab or a comma, B's name"};
    }
    pairs.emplace_back(a, b);
  }
  return pairs;
}

CLI::Validator tolerance() {
  return {[](std::string& value) {
            double number = 0;
            const bool read = CLI::detail::lexical_cast(value, number);
            return read && number >= 0 ? std::string() : value + " is no number from 0 on";
          },
          ""};
}

}  // namespace

void describe(CLI::App& command, DiffOptions& options) {
  command
      .add_option("A", options.a,
                  "The reference: om, ONNX, graph dump or atc JSON; or a folder of them")
      ->required();
  command.add_option("B", options.b, "The one in doubt; files of folders are paired by name")
      ->required();
  command
      .add_option("--weights", options.weights,
                  "Compare constants: not, by their bytes, or by their values")
      ->check(one_of({"none", "hash", "values"}))
      ->capture_default_str()
      ->group("Matching");
  command
      .add_option("--rtol", options.diff.rtol, "Constants that differ by less are as good as equal")
      ->check(tolerance())
      ->group("Matching");
  command.add_option("--atol", options.diff.atol, "The same, absolute")
      ->check(tolerance())
      ->group("Matching");
  command
      .add_option("--map", options.map_file,
                  "Ops that are the same: A's and B's name on each line, a tab or comma between")
      ->type_name("FILE")
      ->group("Matching");
  command.add_option("--ignore", options.ignore, "Classes that do not fail the gate")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->check(one_of(class_names()))
      ->type_name("CLASS")
      ->group("Gate");
  command
      .add_option("--fail-on", options.fail_on,
                  "What fails the gate: a severity and those above it, or classes")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->check(one_of(gate_names()))
      ->type_name("SEVERITY|CLASS")
      ->group("Gate");
  command
      .add_option("--op", options.diff.op, "Only ops whose name matches fail the gate or are shown")
      ->type_name("GLOB")
      ->group("Gate");
}

std::optional<Problem> complete(DiffOptions& options) {
  constexpr std::array kModes = {"none", "hash", "values"};
  for (size_t i = 0; i < kModes.size(); ++i) {
    if (options.weights == kModes.at(i)) options.diff.weights = static_cast<diff::WeightMode>(i);
  }
  for (const std::string& name : options.ignore) {
    find_named(report::diff_classes(), name, options.diff.ignore.emplace_back());
  }
  for (const std::string& name : options.fail_on) {
    diff::Severity severity = diff::Severity::kError;
    if (find_named(kSeverities, name, severity)) {
      options.diff.fail_on_severity =
          std::min(options.diff.fail_on_severity.value_or(severity), severity);
    } else {
      find_named(report::diff_classes(), name, options.diff.fail_on_class.emplace_back());
    }
  }
  if (options.map_file.empty()) return std::nullopt;
  auto map = read_map(options.map_file);
  if (!map) return map.error();
  options.diff.map = std::move(*map);
  return std::nullopt;
}

}  // namespace omscope::cli
