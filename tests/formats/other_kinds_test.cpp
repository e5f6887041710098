// Inputs that are no model: each is named, with what to do.

#include <gtest/gtest.h>

#include "omscope/formats/detect.h"

#include "make_samples/dump_builder.h"
#include "make_samples/om_builder.h"

namespace omscope {
namespace {

using namespace std::string_literals;
using samples::u32;

Detection of(const std::string& content) {
  return detect(as_bytes(content));
}

std::string elf(uint16_t type, uint16_t machine) {
  std::string content =
      "\x7f"
      "ELF\2\1\1"s +
      std::string(9, '\0');
  for (const uint16_t value : {type, machine}) {
    content += static_cast<char>(value & 0xFFU);
    content += static_cast<char>(value >> 8U);
  }
  return content + std::string(44, '\0');
}

TEST(OtherFiles, AreNamedWithARemedy) {
  const auto explained = [](const std::string& content) {
    const Detection found = of(content);
    EXPECT_EQ(found.kind, Kind::kUnknown);
    EXPECT_EQ(found.detected, "unknown");
    return found.explanation;
  };
  const std::string rest(600, '\1');
  EXPECT_EQ(explained("\x1f\x8b\x08" + rest), "it is a gzip file; unpack it first (gunzip)");
  EXPECT_EQ(explained("BZh9" + rest), "it is a bzip2 file; unpack it first (bunzip2)");
  EXPECT_EQ(explained("\xfd"
                      "7zXZ\0"s +
                      rest),
            "it is an xz file; unpack it first (unxz)");
  EXPECT_NE(explained("\x28\xb5\x2f\xfd" + rest).find("Zstandard"), std::string::npos);
  EXPECT_NE(explained("name" + std::string(253, '\0') + "ustar" + rest).find("tar archive"),
            std::string::npos);
  EXPECT_NE(explained("\x89PNG\r\n\x1a\n" + rest).find("PNG"), std::string::npos);
  EXPECT_NE(explained("\xff\xd8\xff\xe0" + rest).find("JPEG"), std::string::npos);
  EXPECT_NE(explained("%PDF-1.7\n").find("PDF"), std::string::npos);
  EXPECT_NE(explained("\x89HDF\r\n\x1a\n" + rest).find("HDF5"), std::string::npos);
  EXPECT_NE(explained("\xff\xfeh\0i\0"s).find("UTF-16"), std::string::npos);
  EXPECT_NE(explained(std::string(4096, '\0')).find("all zero"), std::string::npos);
  EXPECT_NE(explained(elf(3, 62)).find("an ELF program or library for a host"), std::string::npos);
}

TEST(LaterKinds, AreTold) {
  const auto later = [](const std::string& content) { return of(content).detected; };
  EXPECT_EQ(later(elf(1, 0x1029)), "kernel-elf (no reader yet)");
  EXPECT_EQ(of(elf(1, 0x1029)).explanation,
            "it is an AI Core kernel, which this version does not read; name a model or a dump");
  EXPECT_EQ(later("[{\"graph_fusion\": {}, \"ub_fusion\": {}}]"), "fusion-result (no reader yet)");
}

TEST(KindsOfRuns, LogsAreFoundAmongTheFirstLines) {
  const auto kind = [](const std::string& text) { return detect(as_bytes(text)).kind; };
  const std::string line = "[ERROR] RUNTIME(4711,atc):2024-12-11-10:08:12.123.456 [a.cc:1]failed\n";
  EXPECT_EQ(kind(line), Kind::kLog);
  EXPECT_EQ(kind("starting\n\x1b[0m" + line + line), Kind::kLog);
  EXPECT_EQ(kind("ATC run failed\nE10007: [--framework] is required.\n"), Kind::kLog);
  EXPECT_EQ(kind("ERROR: it failed\nE107: no\n"), Kind::kUnknown);
}

TEST(TextsBesideModels, AreFoundFromContent) {
  EXPECT_EQ(of("aipp_op {\n  aipp_mode: static\n}\n").kind, Kind::kAippConfig);
  EXPECT_EQ(of("{\"binFileName\": \"a\", \"kernelName\": \"b\"}").kind, Kind::kKernelJson);
}

TEST(KindsOfRuns, AreFoundFromContent) {
  const auto kind = [](const std::string& content) { return of(content).kind; };
  EXPECT_EQ(kind(elf(4, 0x1029)), Kind::kCore);
  EXPECT_EQ(kind(samples::atb_tensor(1, "3,4", std::string(24, '\1'))), Kind::kAtb);
  EXPECT_EQ(kind(samples::DumpBuilder("relu").input(samples::float_tensor({1, 2})).build()),
            Kind::kDump);
  EXPECT_EQ(kind(samples::DumpBuilder("relu").input(samples::float_tensor({1, 2})).build_v1()),
            Kind::kDumpV1);
  EXPECT_EQ(kind(samples::nano_dump({samples::float_tensor({1})}, {samples::float_tensor({2})})),
            Kind::kDumpNano);
  EXPECT_EQ(kind("Input/Output,Index,Data Size,Data Type,Format,Shape,Count\n"), Kind::kStatsCsv);
  EXPECT_EQ(kind("{\"dump\": {\"dump_path\": \"./\"}}"), Kind::kAclJson);
  EXPECT_EQ(kind("{\"task\": \"statistics\", \"dump_data_dir\": null, \"data\": {}}"),
            Kind::kMsprobeJson);
}

}  // namespace
}  // namespace omscope
