#include "omscope/usage.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "omscope/core/text.h"
#include "omscope/report/compare_reports.h"
#include "omscope/report/inspect_json.h"
#include "omscope/report/model_json.h"

namespace omscope::cli {
namespace {

std::vector<std::string> command_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    names.push_back(command->get_name());
  }
  return names;
}

const CLI::App* chosen_command(const CLI::App& app) {
  const auto chosen = app.get_subcommands();
  return chosen.empty() ? nullptr : chosen.front();
}

bool wants_json(const std::vector<std::string>& arguments) {
  for (size_t i = 0; i < arguments.size(); ++i) {
    if (arguments[i] == "--format=json") return true;
    if (arguments[i] == "--format" && i + 1 < arguments.size() && arguments[i + 1] == "json") {
      return true;
    }
  }
  return false;
}

struct Fault {
  std::string where;
  std::string what;
};

bool is_option(const std::string& argument) {
  return argument.size() > 1 && argument[0] == '-';
}

Fault without_command(const CLI::App& app, const std::vector<std::string>& arguments) {
  const std::string names = fmt::format("{}", fmt::join(command_names(app), ", "));
  if (arguments.empty()) {
    return {"", fmt::format("a command is missing; the commands are {}", names)};
  }
  if (!is_option(arguments[0])) {
    return {arguments[0], fmt::format("is no command; the commands are {}", names)};
  }
  return {arguments[0], fmt::format("a command comes first; the commands are {}", names)};
}

Fault unexpected(const CLI::App& app) {
  const std::vector<std::string> early = app.remaining(false);
  if (!early.empty()) return {early[0], "stands before the command; put it behind"};
  const std::vector<std::string> extras = app.remaining(true);
  if (extras.empty()) return {"", "an argument is not expected"};
  return {extras[0], is_option(extras[0]) ? "is no option of this command" : "is not expected"};
}

/// The parser's own words start with the option: "--width: Value x not in …".
Fault in_its_words(const CLI::ParseError& fault) {
  const std::string text = fault.what();
  const size_t colon = text.find(": ");
  if (colon == std::string::npos) return {"", text};
  return {text.substr(0, colon), text.substr(colon + 2)};
}

Fault describe(const CLI::App& app, const CLI::ParseError& fault,
               const std::vector<std::string>& arguments) {
  if (chosen_command(app) == nullptr) return without_command(app, arguments);
  if (dynamic_cast<const CLI::ExtrasError*>(&fault) != nullptr) {
    return unexpected(app);
  }
  const std::string text = fault.what();
  const std::string required = " is required";
  if (dynamic_cast<const CLI::RequiredError*>(&fault) != nullptr && text.ends_with(required)) {
    return {text.substr(0, text.size() - required.size()), "is missing"};
  }
  if (dynamic_cast<const CLI::ArgumentMismatch*>(&fault) != nullptr) {
    return {in_its_words(fault).where, "takes one value, which is missing or given twice"};
  }
  return in_its_words(fault);
}

/// With all the keys that a comparison has: scripts ask for the verdict first.
void write_comparison(std::ostream& stream, const Problem& problem) {
  compare::Result result;
  result.why = fmt::format("{} {}", problem.where, problem.message);
  result.problems.add(problem);
  report::write_compare_json(stream, result);
}

void write_document(std::ostream& stream, const CLI::App* command, const Problem& problem) {
  if (command != nullptr && command->get_name() == "compare") {
    return write_comparison(stream, problem);
  }
  JsonStream out(stream);
  report::open_document(out, command == nullptr ? "" : command->get_name());
  out.open_array("problems");
  out.item(report::problem_json(problem));
  out.close();
  out.close();
  stream.flush();
}

}  // namespace

CLI::Validator one_of(std::vector<std::string> values) {
  const std::string list = fmt::format("{}", fmt::join(values, ", "));
  return {[values = std::move(values), list](std::string& value) {
            const bool known = std::find(values.begin(), values.end(), value) != values.end();
            return known ? std::string() : fmt::format("{} is not one of {}", value, list);
          },
          fmt::format("{{{}}}", list)};
}

CLI::Validator whole_number(int64_t least, int64_t most) {
  return {[least, most](std::string& value) {
            int64_t number = 0;
            const char* end = value.data() + value.size();
            const auto [stop, error] = std::from_chars(value.data(), end, number);
            if (error == std::errc() && stop == end && number >= least && number <= most) {
              return std::string();
            }
            return fmt::format("{} is no whole number from {} to {}", value, least, most);
          },
          fmt::format("{} to {}", least, most)};
}

CLI::Validator not_empty() {
  return {[](std::string& name) {
            return name.empty() ? std::string("the name is empty; name a file") : std::string();
          },
          ""};
}

ExitCode report_bad_usage(const CLI::App& app, const CLI::ParseError& fault,
                          const std::vector<std::string>& arguments, Io& io) {
  const CLI::App* command = chosen_command(app);
  auto [where, what] = describe(app, fault, arguments);
  const std::string help = command == nullptr ? "" : command->get_name() + " ";
  what += fmt::format("; see 'omscope {}--help'", help);
  const Problem problem{Severity::kError, Code::kBadUsage,  "",
                        std::nullopt,     std::move(where), std::move(what)};
  if (wants_json(arguments)) write_document(io.out, command, problem);
  print_problem(problem, io);
  return kFailed;
}

}  // namespace omscope::cli
