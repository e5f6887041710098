#include "omscope/formats/detect.h"

#include <random>

#include <gtest/gtest.h>

#include "make_samples/network_onnx.h"
#include "make_samples/om_builder.h"

namespace omscope {
namespace {

using samples::OmBuilder;
using samples::u32;

Detection of(const std::string& content) {
  return detect(as_bytes(content));
}

TEST(Detect, FamiliesThatShareTheMagic) {
  const auto om = OmBuilder().partition(0, "x");
  EXPECT_EQ(of(om.build()).kind, Kind::kOm);
  EXPECT_EQ(of(OmBuilder(om).platform(0, "3.51.z.0").build()).kind, Kind::kOmHiai);
  EXPECT_EQ(of(OmBuilder(om).modeltype(3).build()).kind, Kind::kOmHiai);
  EXPECT_EQ(of(OmBuilder(om).modeltype(4).build()).kind, Kind::kOmHiai);
  EXPECT_EQ(of(OmBuilder(om).version2().modeltype(3).build()).kind, Kind::kOmFlow);
  EXPECT_EQ(of(OmBuilder(om).version2().modeltype(4).build()).kind, Kind::kOmLite);
  EXPECT_EQ(of(OmBuilder(om).version2().modeltype(5).build()).kind, Kind::kOmBundle);
}

TEST(Detect, LookAlikesByName) {
  EXPECT_EQ(of("").detected, "empty");
  EXPECT_EQ(of("IMODV1.2" + std::string(300, '\0')).detected, "3dmod");
  EXPECT_EQ(of("IMOD" + u32(256)).detected, "truncated");
  EXPECT_EQ(of("IMOD" + u32(256) + u32(0x30000000) + std::string(300, '\0')).detected, "unknown");
  EXPECT_EQ(of("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n").detected,
            "lfs-pointer");
  EXPECT_EQ(of("/home/user/model.om").detected, "path-stub");
  EXPECT_EQ(of("../models/yolo.om\n").detected, "path-stub");
  EXPECT_EQ(of("<!DOCTYPE html>\n<html><body>404</body></html>").detected, "html");
  EXPECT_EQ(of("just some words").detected, "text");
  EXPECT_EQ(of(std::string(200, '\0') + "x").detected, "unknown");
  EXPECT_EQ(of("PICO" + std::string(60, '\xff')).detected, "truncated");
}

TEST(Detect, NoiseIsTakenForEncrypted) {
  std::mt19937 random(7);
  std::string noise;
  for (int i = 0; i < 50000; ++i) noise += static_cast<char>(random());
  noise[0] = '\xf1';
  EXPECT_EQ(of(noise).detected, "encrypted");
}

TEST(Detect, OnnxHasNoMagic) {
  const std::string model = samples::network_as_onnx(samples::make_network());
  EXPECT_EQ(of(model).kind, Kind::kOnnx);
  EXPECT_EQ(of(model.substr(0, model.size() / 2)).kind, Kind::kOnnx) << "cut in the middle";
  EXPECT_EQ(of("\x08\x07\x12\x01x").kind, Kind::kOnnx);
  EXPECT_EQ(of(std::string("\x08\x01\x10\x02\x18\x03", 6)).kind, Kind::kUnknown)
      << "numbers in fields that hold texts in a ModelProto";
}

TEST(Detect, Texts) {
  EXPECT_EQ(of("graph {\n  name: \"g\"\n  op {\n    name: \"x\"\n  }\n}\n").kind,
            Kind::kGeProtoText);
  EXPECT_EQ(of("ir_version: 6\nproducer_name: \"GE\"\ngraph {\n  node {\n  }\n}\n").kind,
            Kind::kGeOnnxText);
  EXPECT_EQ(of("# comment\nir_version: 7\nproducer_name: \"other\"\ngraph {}\n").kind, Kind::kOnnx);
  EXPECT_EQ(of("{\"graph\": [{\"op\": []}]}").kind, Kind::kAtcJson);
  EXPECT_EQ(of("{\"other\": 1}").kind, Kind::kUnknown);
  EXPECT_EQ(of("name: value of some yaml\n").detected, "text");
}

TEST(Detect, KindsWithoutAReaderSaySo) {
  const Detection kernel =
      of(std::string("\x7f"
                     "ELF\2\1\1") +
         std::string(9, '\0') + std::string("\1\0\x29\x10", 4) + std::string(200, '\0'));
  EXPECT_EQ(kernel.kind, Kind::kUnknown);
  EXPECT_EQ(kernel.detected, "kernel-elf (no reader yet)");
}

}  // namespace
}  // namespace omscope
