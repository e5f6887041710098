// What may be given to others, and what must stay to be of use.
#include "omscope/diagnose/redact.h"

#include <gtest/gtest.h>

#include "omscope/diagnose/mask_text.h"

namespace omscope::diagnose {
namespace {

/// The text as evidence of a report that was made fit to be shared.
std::string shared(const std::string& text) {
  Report report;
  Incident incident;
  incident.evidence.push_back({"/home/alice/alice-run.log", 1, text});
  report.incidents.push_back(incident);
  redact(report);
  return report.incidents[0].evidence[0].text;
}

TEST(Redact, HostsByNameAndAddress) {
  EXPECT_EQ(shared("rank 3 of host train-node-03 failed; train-node-03 is lost"),
            "rank 3 of host <host> failed; <host> is lost");
  EXPECT_EQ(shared("hostname: db1 and host=web"), "hostname: <host> and host=<host>");
  EXPECT_EQ(shared("from 10.0.0.1:80, fe80::1ff:fe23:4567:890a and 2001:db8::1"),
            "from <host>:80, <host> and <host>");
  EXPECT_EQ(shared("link 0a:1b:2c:3d:4e:5f down"), "link <mac> down");
  EXPECT_EQ(shared("ssh bob@node-7 failed for bob"), "ssh <user>@<host> failed for <user>");
}

TEST(Redact, PathsOfAllSystems) {
  EXPECT_EQ(shared("cannot open /data/run/a.bin"), "cannot open <path>/a.bin");
  EXPECT_EQ(shared("open 'C:\\Users\\bob\\my run\\a.om' by bob"), "open '<path>\\a.om' by <user>");
  EXPECT_EQ(shared("at \\\\fileserver\\bob\\x.om now"), "at <path>\\x.om now");
  EXPECT_EQ(shared("file: /home/jdoe/my project/sub dir/x.log is bad"),
            "file: <path>/x.log is bad");
}

TEST(Redact, UsersInNamesOfProcesses) {
  EXPECT_EQ(shared("[ERROR] GE(17,jdoe_train):2025-01-01-00:00:00.000.000 at /home/jdoe/a"),
            "[ERROR] GE(17,<user>_train):2025-01-01-00:00:00.000.000 at <path>/a");
}

TEST(Redact, WhatEverySystemHasStays) {
  for (const char* text :
       {"add /usr/local/Ascend/driver/lib64 to LD_LIBRARY_PATH", "see /var/log/npu/slog",
        "/dev/davinci0 is busy", "at 12:00:00.500 ge::SUCCESS std::a1::b2 1.2.3 of host memory",
        "host 2 of 3", "0000:04:00.0", "version 8.0.RC1", "HOST_TO_DEVICE and/or DEVICE"}) {
    EXPECT_EQ(shared(text), text);
  }
}

TEST(Redact, InputsGetNumbers) {
  Report report;
  Incident incident;
  incident.evidence = {{"/home/alice/alice-run.log", 1, "a"},
                       {"b/c.tar.gz!x.txt", 1, "b"},
                       {"/home/alice/alice-run.log", 2, "c"}};
  report.incidents.push_back(incident);
  report.problems.push_back(
      {Severity::kError, Code::kCannotOpen, "--pid 999", std::nullopt, "", "x"});
  redact(report);
  const auto& evidence = report.incidents[0].evidence;
  EXPECT_EQ(evidence[0].file, "<file 1>.log");
  EXPECT_EQ(evidence[1].file, "<file 2>.txt");
  EXPECT_EQ(evidence[2].file, "<file 1>.log");
  EXPECT_EQ(report.problems[0].file, "--pid 999");
}

}  // namespace
}  // namespace omscope::diagnose
