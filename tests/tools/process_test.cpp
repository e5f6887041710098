// What only a process shows: signals, closed descriptors, standard input.

#include <array>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
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

class Process : public testing::Test {
 protected:
  Process()
      : om_(folder_.write("m.om",
                          samples::network_as_om(samples::make_network(), samples::older_build()))),
        out_((folder_.path() / "out").string()),
        err_((folder_.path() / "err").string()) {}

  test::ScratchFolder folder_;
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

}  // namespace
}  // namespace omscope
