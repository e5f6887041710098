// Device tensors whose logical layouts were hashed by another implementation.

#include "omscope/core/json.h"
#include "omscope/core/sha256.h"
#include "omscope/tensor/convert_layout.h"

#include "support/corpus.h"
#include "support/files.h"

namespace omscope {
namespace {

using Dims = std::vector<int64_t>;

void check_tensor(const std::string& content, const Json& entry, int& checked) {
  Layout layout = layout_from_number(entry.at("format_id").get<int64_t>());
  layout.groups = entry.value("sub_format", uint16_t{0});
  const auto shape = entry.at("shape").get<Dims>();
  const auto origin = entry.at("original_shape").get<Dims>();
  const DType dtype = dtype_from_ge_proto(entry.at("dtype_id").get<int64_t>());
  const ByteView payload =
      as_bytes(content).subspan(entry.at("offset").get<size_t>(), entry.at("size").get<size_t>());
  for (const Json& logical : entry.at("logical")) {
    const auto name = logical.at("format").get<std::string>();
    SCOPED_TRACE("to " + name);
    const tensor::StoredShape from{layout, shape, {}, origin, true, dtype, payload.size()};
    const auto conversion = tensor::plan_conversion(from, layout_from_text(name));
    ASSERT_TRUE(conversion.ok()) << to_line(conversion.error());
    EXPECT_EQ(conversion->shape, logical.at("shape").get<Dims>());
    std::vector<std::byte> out(conversion->output_bytes());
    ASSERT_TRUE(conversion->write_all(payload, out));
    EXPECT_EQ(sha256_hex(out), logical.at("sha256").get<std::string>());

    const tensor::StoredShape back{layout_from_text(name),
                                   conversion->shape,
                                   layout_from_text(name),
                                   conversion->shape,
                                   true,
                                   dtype,
                                   out.size()};
    Layout wanted = layout;
    wanted.c0 = static_cast<uint16_t>(shape.back());
    const auto again = tensor::plan_conversion(back, wanted);
    ASSERT_TRUE(again.ok()) << to_line(again.error());
    EXPECT_EQ(again->shape, shape);
    std::vector<std::byte> device(again->output_bytes());
    ASSERT_TRUE(again->write_all(out, device));
    EXPECT_TRUE(std::equal(device.begin(), device.end(), payload.begin(), payload.end()));
    ++checked;
  }
}

TEST(CorpusLayouts, EveryLogicalLayoutHasItsHash) {
  NEED_CORPUS();
  const auto folder = *test::corpus() / "dumps/generated";
  const Json manifest = Json::parse(test::file_content(folder / "manifest.json"));
  int checked = 0;
  for (const Json& entry : manifest.at("entries")) {
    const auto file = entry.at("file").get<std::string>();
    if (!file.starts_with("03_formats/")) continue;
    SCOPED_TRACE(file);
    const std::string content = test::file_content(folder / file);
    for (const Json& each : entry.at("tensors")) check_tensor(content, each, checked);
  }
  EXPECT_GE(checked, 100);
}

}  // namespace
}  // namespace omscope
