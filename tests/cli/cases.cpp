#include "cli/cases.h"

#include <fstream>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "cli/console.h"
#include "support/files.h"

namespace omscope::test {
namespace {

namespace fs = std::filesystem;
using Lines = std::vector<std::string>;

constexpr std::string_view kAnyLines = "…";

void write(const fs::path& file, const Lines& lines) {
  std::ofstream(file, std::ios::binary | std::ios::trunc) << text_of(lines);
}

bool is_command(std::string_view line) {
  return line.starts_with("$ ");
}

/// What follows a command in a case: its output, its errors after "! ", its exit status after "? ".
Lines as_case(const Seen& seen) {
  Lines lines = seen.out;
  for (const std::string& line : seen.err) lines.push_back("! " + line);
  if (seen.exit_code != 0) lines.push_back(fmt::format("? {}", seen.exit_code));
  return lines;
}

/// Whether `seen` is what `wanted` describes, where one line may stand for any number.
bool fits(const Lines& wanted, const Lines& seen) {
  const auto gap = std::find(wanted.begin(), wanted.end(), kAnyLines);
  if (gap == wanted.end()) return wanted == seen;
  const auto before = static_cast<size_t>(gap - wanted.begin());
  const auto after = static_cast<size_t>(wanted.end() - gap) - 1;
  return seen.size() >= before + after && std::equal(wanted.begin(), gap, seen.begin()) &&
         std::equal(gap + 1, wanted.end(), seen.end() - static_cast<std::ptrdiff_t>(after));
}

/// `omscope …` or `build/release/omscope …`, as README shows it to those who did not install it.
std::string runnable(const std::string& line) {
  constexpr std::string_view built = "build/release/omscope ";
  std::string command = line.substr(2);
  if (command.starts_with(built)) command.replace(0, built.size(), "omscope ");
  return command;
}

/// Runs the commands of one block, and returns the block as it should be.
Lines run_block(const Lines& block, const fs::path& scratch) {
  Lines fresh;
  for (size_t i = 0; i < block.size();) {
    const std::string& command = block[i++];
    Lines wanted;
    while (i < block.size() && !is_command(block[i])) wanted.push_back(block[i++]);
    const Seen ran = run_line(runnable(command), scratch, scratch);
    Lines seen = ran.out;
    seen.insert(seen.end(), ran.err.begin(), ran.err.end());
    const bool right = fits(wanted, seen);
    if (!right && !updating()) {
      ADD_FAILURE() << command << "\ndocumented:\n"
                    << text_of(wanted) << "seen:\n"
                    << text_of(seen);
    }
    fresh.push_back(command);
    fresh.insert(fresh.end(), right ? wanted.begin() : seen.begin(),
                 right ? wanted.end() : seen.end());
  }
  return fresh;
}

}  // namespace

void check_case(const fs::path& file) {
  const ScratchFolder scratch;
  const std::string before = file_content(file);
  Lines after;
  for (const std::string& line : lines_of(before)) {
    if (line.starts_with('#')) after.push_back(line);
    if (!is_command(line)) continue;
    after.push_back(line);
    const Lines seen = as_case(run_line(line.substr(2), source_dir(), scratch.path()));
    after.insert(after.end(), seen.begin(), seen.end());
  }
  if (updating()) {
    write(file, after);
  } else {
    EXPECT_EQ(text_of(after), before) << "if the new output is right: cli_tests --update";
  }
}

void check_document(const fs::path& file) {
  // As in the project's folder, but what commands write is gone afterwards.
  const ScratchFolder scratch;
  for (const char* name : {"samples", "LICENSE"}) {
    fs::create_symlink(source_dir() / name, scratch.path() / name);
  }
  const Lines lines = lines_of(file_content(file));
  Lines after;
  for (size_t i = 0; i < lines.size();) {
    after.push_back(lines[i]);
    if (lines[i++] != "```console") continue;
    Lines block;
    while (i < lines.size() && lines[i] != "```") block.push_back(lines[i++]);
    const bool ours = !block.empty() && (block.front().starts_with("$ omscope ") ||
                                         block.front().starts_with("$ build/release/omscope "));
    if (ours) block = run_block(block, scratch.path());
    after.insert(after.end(), block.begin(), block.end());
  }
  if (updating()) write(file, after);
}

}  // namespace omscope::test
