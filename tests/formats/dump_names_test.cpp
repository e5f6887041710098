// What names and folders of dumps tell.

#include <gtest/gtest.h>

#include "omscope/formats/dump/file_name.h"

namespace omscope::dump {
namespace {

/// "kind type op task stream time tensor", "-" for what the name does not say.
std::string told(std::string_view name) {
  const FileName found = parse_file_name(name);
  const auto text = [](const std::string& value) { return value.empty() ? "-" : value; };
  const auto number = [](const auto& value) { return value ? std::to_string(*value) : "-"; };
  const ir::RunPlace& place = found.place;
  return std::string(to_string(found.kind)) + " " + text(place.op_type) + " " + text(place.op) +
         " " + number(place.task_id) + " " + number(place.stream_id) + " " + text(place.time) +
         " " + text(found.tensor);
}

TEST(DumpName, EveryKind) {
  const std::vector<std::pair<const char*, const char*>> expected = {
      {"Relu.relu1.5.2.1700000000164521", "standard Relu relu1 5 2 2023-11-14T22:13:20.164521 -"},
      {"ConcatV2D.concatv2.0.0.550288648", "standard ConcatV2D concatv2 0 0 550288648 -"},
      {"GatherV2.GatherV21.1.1733469426252033",
       "older-standard GatherV2 GatherV21 1 - 2024-12-06T07:17:06.252033 -"},
      {"aclnnIndexSelect_0_L0.GatherV3AiCore.1.20241205153328944",
       "exception aclnnIndexSelect_0_L0 GatherV3AiCore 1 - 2024-12-05T15:33:28.944 -"},
      {"exception_info.2.7.20250402071926393", "exception-info - - 7 2 2025-04-02T07:19:26.393 -"},
      {"exception_info.42.1.1726159207469285",
       "exception-info - - 1 42 2024-09-12T16:40:07.469285 -"},
      {"te_add_1.3.4.0.25.20250402071926393",
       "exception-callback - te_add_1 4 3 2025-04-02T07:19:26.393 -"},
      {"mine.custom.20250402071926393", "custom - mine - - 2025-04-02T07:19:26.393 -"},
      {"te_add.9.8.20250402071926393.core", "core - te_add 8 9 2025-04-02T07:19:26.393 -"},
      {"unknow_kernel.9.8.20250402071926393.core", "core - - 8 9 2025-04-02T07:19:26.393 -"},
      {"Opdebug.Node_OpDebug.3.1.1700000000164521",
       "overflow Opdebug Node_OpDebug 3 1 2023-11-14T22:13:20.164521 -"},
      {"Add.a.1.2.1700000000164521.csv", "statistics Add a 1 2 2023-11-14T22:13:20.164521 -"},
      {"conv1.0.1700000000164521.npy", "legacy - conv1 - - 2023-11-14T22:13:20.164521 output:0"},
      {"Relu.r.5.2.1700000000164521.output.0.npy",
       "converted Relu r 5 2 2023-11-14T22:13:20.164521 output:0"},
      {"Relu.r.5.2.1700000000164521.input.1.67.float16.ND.bin",
       "converted Relu r 5 2 2023-11-14T22:13:20.164521 input:1"},
      {"Relu.r.5.2.1700000000164521.space.0.bin",
       "converted Relu r 5 2 2023-11-14T22:13:20.164521 space:0"},
      {"Conv2D.Conv2D-op1.5.2.1700000000164521.output.0.NC1HWC0.float16.npy",
       "mindspore Conv2D Conv2D-op1 5 2 2023-11-14T22:13:20.164521 output:0"},
      {"Functional.relu.0.forward.input.0.npy",
       "msprobe relu Functional.relu.0.forward - - - input:0"},
      {"Module.layer1.0.Conv2d.forward.3.output.0.1.pt",
       "msprobe Conv2d Module.layer1.0.Conv2d.forward.3 - - - output:0.1"},
      {"Module.fc.Linear.parameters_grad.weight.npy",
       "msprobe Linear Module.fc.Linear.parameters_grad - - - parameters_grad:weight"},
      {"input_3.pb", "tensor - - - - - input:3"},
      {"7027427249306566976", "hashed - - - - - -"},
      {"0123456789abcdef0123456789abcdef.npy", "hashed - - - - - -"},
      {"mapping.csv", "mapping - - - - - -"},
      {"dump.json", "description - - - - - -"},
      {"asc_kernel_data_aic_0.bin", "kernel-data - - - - - -"},
      {"README.md", "other - - - - - -"},
      {"", "other - - - - - -"},
      {"...", "other - - - - - -"},
  };
  for (const auto& [name, facts] : expected) EXPECT_EQ(told(name), facts) << name;
}

TEST(DumpName, ContextThreadAndDeviceOfFfts) {
  const FileName name = parse_file_name("Conv2D.c.1.2.1700000000164521.4.30.7.3");
  EXPECT_EQ(name.kind, NameKind::kFftsPlus);
  EXPECT_EQ(name.place.op, "c");
  EXPECT_EQ(name.place.task_id, 1);
  EXPECT_EQ(name.place.stream_id, 2);
  EXPECT_EQ(name.place.context_id, 30);
  EXPECT_EQ(name.place.thread_id, 7);
  EXPECT_EQ(name.place.device, 3);
  EXPECT_EQ(parse_file_name("Conv2D.c_lxslice7.1.2.1700000000164521.4.30.7.3").place.op, "c");
  EXPECT_EQ(parse_file_name("Opdebug.Node_OpDebug.3.1.1700000000164521.4.30.7.3").kind,
            NameKind::kOverflow);
}

TEST(DumpName, LayoutAndTypeOfOneTensor) {
  const FileName name =
      parse_file_name("Conv2D.Conv2D-op1.5.2.1700000000164521.output.0.NC1HWC0.float16.npy");
  EXPECT_EQ(name.format, "NC1HWC0");
  EXPECT_EQ(name.dtype, DType::kFloat16);
}

TEST(DumpName, SanitisedNamesAreMarked) {
  EXPECT_TRUE(parse_file_name("Add.scope_add.1.2.1700000000164521").op_ambiguous);
  EXPECT_FALSE(parse_file_name("Add.add.1.2.1700000000164521").op_ambiguous);
}

TEST(DumpName, PacketsOfStatisticsAreNamedAsDumps) {
  const auto name = dump::parse_file_name("Add.add_1.3.2.1700000000159573.bin");
  EXPECT_EQ(name.kind, dump::NameKind::kStatistics);
  EXPECT_EQ(name.place.op_type, "Add");
  EXPECT_EQ(name.place.op, "add_1");
  EXPECT_EQ(name.place.task_id, 3);
  EXPECT_EQ(name.place.stream_id, 2);
}

TEST(DumpName, NumbersBeyondAllBoundsAreNoNumbers) {
  const FileName name = parse_file_name("Add.a.99999999999999999999999.2.1700000000164521");
  EXPECT_EQ(name.place.op, "a");
  EXPECT_FALSE(name.place.task_id);
}

TEST(DumpTime, OnlyWhatIsATime) {
  EXPECT_EQ(iso_time("20240101120000"), "2024-01-01T12:00:00");
  EXPECT_EQ(iso_time("20241301120000123"), "20241301120000123");
  EXPECT_EQ(iso_time("0000000000000000"), "1970-01-01T00:00:00.000000");
  EXPECT_EQ(iso_time("12"), "12");
  EXPECT_EQ(iso_time(""), "");
}

ir::RunPlace place_of(std::string_view path) {
  ir::RunPlace place;
  add_folders(path, place);
  return place;
}

TEST(DumpFolders, EveryTree) {
  const ir::RunPlace model = place_of("out/20240101120000/3/resnet/7/12/file");
  EXPECT_EQ(model.device, 3);
  EXPECT_EQ(model.model, "resnet");
  EXPECT_EQ(model.model_id, 7);
  EXPECT_EQ(model.step, 12);
  EXPECT_EQ(model.time, "2024-01-01T12:00:00");
  EXPECT_EQ(place_of("20240101120000/1/file").device, 1);
  EXPECT_EQ(place_of("x/extra-info/data-dump/5/file").device, 5);
  EXPECT_EQ(place_of("copy/0/resnet/1/2/file").model, "resnet");
  const ir::RunPlace probe = place_of("dump/step4/rank2/dump_tensor_data/file");
  EXPECT_EQ(probe.step, 4);
  EXPECT_EQ(probe.rank, 2);
  EXPECT_FALSE(place_of("home/user/1/2/file").device);
  EXPECT_FALSE(place_of("file").step);
}

}  // namespace
}  // namespace omscope::dump
