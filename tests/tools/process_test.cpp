// What only a process shows: signals, closed descriptors, standard input.

#include <array>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <thread>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "make_samples/network_om.h"
#include "support/files.h"
#include "tools/run_process.h"

namespace omscope {
namespace {

using nlohmann::json;
using test::Ends;
using test::exit_code_of;
using test::file_content;
using test::open_output;
using test::start_tool;

namespace fs = std::filesystem;

class Process : public testing::Test {
 protected:
  Process()
      : om_(folder_.write("m.om",
                          samples::network_as_om(samples::make_network(), samples::older_build()))),
        out_((folder_.path() / "out").string()),
        err_((folder_.path() / "err").string()) {}

  /// What takes seconds to convert. It has a length, but no blocks on the disk.
  std::string large_file() const {
    const std::string raw = folder_.write("raw.bin", "");
    fs::resize_file(raw, uint64_t{1} << 30U);
    fs::create_directory(results_);
    return raw;
  }

  int start_conversion(const std::string& raw, const std::string& result, int err) const {
    return start_tool({"convert", raw, "--raw", "float32:268435456", "--dtype", "float64", "-o",
                       (results_ / result).string()},
                      {.err = err});
  }

  /// Whether the process has a file in `results_`, with a name or without, that gets its first
  /// bytes before long.
  bool writing_begins(int process) const {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    const fs::path files = "/proc/" + std::to_string(process) + "/fd";
    const std::string here = fs::canonical(results_).string();
    const auto has_bytes = [&] {
      std::error_code gone;
      for (const auto& each : fs::directory_iterator(files, gone)) {
        const std::string target = fs::read_symlink(each, gone).string();
        if (gone || !target.starts_with(here)) continue;
        const auto size = fs::file_size(each, gone);
        if (!gone && size > 0) return true;
      }
      return false;
    };
    while (!has_bytes()) {
      if (std::chrono::steady_clock::now() > deadline) return false;
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return true;
  }

  /// Whether files can be without a name where the results go.
  bool has_unnamed_files() const {
    const int fd = ::open(results_.c_str(), O_TMPFILE | O_WRONLY, 0600);
    if (fd >= 0) ::close(fd);
    return fd >= 0;
  }

  test::ScratchFolder folder_;
  fs::path results_ = folder_.path() / "results";
  std::string om_;
  std::string out_;
  std::string err_;
};

// The second input is a pipe: the tool waits there with the first one mapped and read.
TEST_F(Process, AFileThatShrinksIsSaid) {
  const std::string pipe = (folder_.path() / "pipe").string();
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  const int out = open_output(out_);
  const int err = open_output(err_);
  const int process =
      start_tool({"inspect", "--format", "json", "--show", "all", "--stats", om_, pipe},
                 {.out = out, .err = err});
  const int writer = ::open(pipe.c_str(), O_WRONLY | O_CLOEXEC);
  ASSERT_EQ(::truncate(om_.c_str(), 5000), 0);
  ::close(writer);
  EXPECT_EQ(exit_code_of(process), 2);
  EXPECT_TRUE(json::accept(file_content(out_)));
  EXPECT_NE(file_content(err_).find("omscope: error: an input file became shorter while it was "
                                    "read; what is shown of it is not whole; run again"),
            std::string::npos);
  ::close(out);
  ::close(err);
}

TEST_F(Process, AReaderThatLeavesIsNoFaultToSpeakOf) {
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
  ::close(ends[0]);
  const int err = open_output(err_);
  const Ends closed = {.out = ends[1], .err = err};
  EXPECT_EQ(exit_code_of(start_tool({"inspect", "--all", "--show", "all", om_}, closed)), 2);
  EXPECT_EQ(exit_code_of(start_tool({"--help"}, closed)), 2);
  EXPECT_EQ(file_content(err_), "");
  ::close(ends[1]);
  ::close(err);
}

TEST_F(Process, AFullDiskIsSaid) {
  const int full = ::open("/dev/full", O_WRONLY | O_CLOEXEC);
  const int err = open_output(err_);
  EXPECT_EQ(exit_code_of(start_tool({"inspect", om_}, {.out = full, .err = err})), 2);
  EXPECT_NE(file_content(err_).find("standard output: error: cannot be written"),
            std::string::npos);
  ::close(full);
  ::close(err);
}

TEST_F(Process, StandardInputIsADash) {
  std::array<int, 2> pipe{};
  ASSERT_EQ(::pipe2(pipe.data(), O_CLOEXEC), 0);
  const int file = ::open(om_.c_str(), O_RDONLY | O_CLOEXEC);
  int out = open_output(out_);
  EXPECT_EQ(
      exit_code_of(start_tool({"inspect", "--format", "json", "-"}, {.in = file, .out = out})), 0);
  json seen = json::parse(file_content(out_));
  EXPECT_EQ(seen["file"]["path"], "-");
  EXPECT_EQ(seen["kind"], "om");
  ::close(out);
  out = open_output(out_);
  const int process = start_tool({"inspect", "--format", "json", "-"}, {.in = pipe[0], .out = out});
  const std::string content = file_content(om_);
  ::close(pipe[0]);
  EXPECT_EQ(::write(pipe[1], content.data(), content.size()), static_cast<ssize_t>(content.size()));
  ::close(pipe[1]);
  EXPECT_EQ(exit_code_of(process), 0);
  EXPECT_EQ(json::parse(file_content(out_))["file"]["size"], content.size());
  ::close(out);
  ::close(file);
}

TEST_F(Process, NothingUnfinishedStaysWhenItIsStopped) {
  const std::string raw = large_file();
  const int err = open_output(err_);
  std::vector<int> signals = {SIGHUP, SIGINT, SIGTERM};
  if (has_unnamed_files()) signals.push_back(SIGKILL);
  for (const int signal : signals) {
    for (const char* file : {"a.npy", "a.npz", "a.json"}) {
      const int process = start_conversion(raw, file, err);
      EXPECT_TRUE(writing_begins(process)) << file;
      EXPECT_EQ(::kill(process, signal), 0);
      EXPECT_EQ(exit_code_of(process), -1) << "ended by the signal";
      EXPECT_TRUE(fs::is_empty(results_)) << file << " and signal " << signal;
    }
  }
  ::close(err);
}

TEST_F(Process, AFileBeyondTheLargestAllowedIsSaid) {
  const std::string raw = large_file();
  rlimit usual{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &usual), 0);
  for (const char* file : {"a.npy", "a.npz", "a.json"}) {
    const int err = open_output(err_);
    rlimit low = usual;
    low.rlim_cur = rlim_t{1} << 20U;
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &low), 0);
    const int process = start_conversion(raw, file, err);
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &usual), 0);
    EXPECT_EQ(exit_code_of(process), 2) << file;
    EXPECT_NE(file_content(err_).find("error: cannot write: File too large"), std::string::npos)
        << file_content(err_);
    EXPECT_TRUE(fs::is_empty(results_)) << file;
    ::close(err);
  }
}

}  // namespace
}  // namespace omscope
