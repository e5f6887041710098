// Tables of `omscope inspect --format csv`.

#include <algorithm>

#include <gtest/gtest.h>

#include "omscope/core/text.h"

#include "make_samples/network_om.h"
#include "support/files.h"
#include "support/run_tool.h"

namespace omscope {
namespace {

std::vector<std::string> csv_lines(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), {"inspect", "--format", "csv"});
  const std::string out = test::run_cli(arguments).out;
  std::vector<std::string> lines;
  for (const std::string_view line : split(out, '\n')) lines.emplace_back(line);
  if (!lines.empty()) lines.pop_back();
  return lines;
}

class InspectCsv : public testing::Test {
 protected:
  InspectCsv()
      : om_(folder_.write(
            "m.om", samples::network_as_om(samples::make_network(), samples::newer_build()))) {}
  test::ScratchFolder folder_;
  std::string om_;
};

TEST_F(InspectCsv, AFileThatCannotBeOpenedKeepsTheColumns) {
  for (const std::vector<std::string>& show :
       {std::vector<std::string>{}, std::vector<std::string>{"--show", "io"}}) {
    std::vector<std::string> arguments = {"/nonexistent"};
    arguments.insert(arguments.end(), show.begin(), show.end());
    const auto lines = csv_lines(arguments);
    ASSERT_EQ(lines.size(), 2U);
    EXPECT_EQ(std::count(lines[0].begin(), lines[0].end(), ','),
              std::count(lines[1].begin(), lines[1].end(), ','));
    EXPECT_TRUE(lines[1].starts_with("/nonexistent,,"));
  }
}

TEST_F(InspectCsv, ATablePerSectionInTheirOrder) {
  std::vector<std::string> heads;
  bool starts = true;
  for (const std::string& line : csv_lines({"--show", "all", om_})) {
    if (starts) heads.push_back(line);
    starts = line.empty();
  }
  const std::vector<std::string> expected = {
      "file,name,value",
      "file,table,index,type,type_name,offset,size",
      "file,side,index,name,dtype,shape,format,size",
      "file,name,type,value",
      "file,graph,id,name,type,sources,output_dtype,output_shape,output_format",
      "file,op,dtype,shape,format,where,offset,size,sha256",
      "file,table,index,type,op,stream_id,block_dim,kernel",
      "file,name,store,size,machine,compiler,sha256",
      "file,input,mode,image_format,src_w,src_h,size"};
  EXPECT_EQ(heads, expected);
}

TEST_F(InspectCsv, StatsOfWeights) {
  const auto lines = csv_lines({"--stats", om_});
  ASSERT_GT(lines.size(), 1U);
  EXPECT_TRUE(lines[0].ends_with(
      ",sha256,count,nan,pos_inf,neg_inf,zeros,denormals,saturated,min,max,mean,std"));
  EXPECT_EQ(std::count(lines[1].begin(), lines[1].end(), ','), 19);
  EXPECT_FALSE(lines[1].ends_with(','));
}

}  // namespace
}  // namespace omscope
