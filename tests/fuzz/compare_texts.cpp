// What users write for `compare`: policies and pairs of names.

#include "omscope/compare/mapping_file.h"
#include "omscope/compare/policy_file.h"

#include "fuzz/check.h"
#include "fuzz/seeds.h"
#include "fuzz/targets.h"

namespace omscope::fuzz {

/// What is taken has thresholds that mean something, and every ignored pair its reason.
void policy(std::string_view input) {
  auto read = compare::parse_policy(input, "policy.toml");
  if (!read) {
    require(!read.error().message.empty(), "a fault is explained");
    return;
  }
  for (const compare::Ignore& ignore : read->ignores) {
    require(!ignore.reason.empty(), "what is ignored has a reason");
  }
  compare::Policy whole;
  whole.add(std::move(*read));
  for (const DType dtype : {DType::kFloat32, DType::kFloat16, DType::kInt8}) {
    const compare::Subject subject{"conv1", "Conv_1", "output:0", "Conv2D", dtype, false};
    const compare::Thresholds thresholds = whole.thresholds(subject);
    require(thresholds.rtol >= 0 && thresholds.atol >= 0, "tolerances are not negative");
    require(thresholds.fail_share >= 0 && thresholds.fail_share <= 1, "a share is one");
    (void)whole.ignored(subject);
  }
}

void name_pairs(std::string_view input) {
  const auto read = compare::parse_name_pairs(input, "names");
  if (!read) return;
  for (const compare::NamePair& pair : *read) {
    require(!pair.run.op.empty() && !pair.golden.op.empty(), "a pair has two names");
  }
}

namespace seeds {

Seeds policy() {
  return {
      "[default]\nrtol = 1e-3\natol = 1e-5\n\n[default.float16]\nrtol = 1e-2\ntolerance = "
      "\"either\"\n\n[[rule]]\nname = \"block*/conv?\"\nop_type = \"Conv2D\"\ndtype = "
      "\"float16\"\ncosine = 0.999\nboth_nan = \"pass\"\n\n[[ignore]]\nname = \"drop*\"\nreason = "
      "\"random\"\n",
      "default = { rtol = 0, fail_share = 0.5, float32 = { atol = inf } }\n"
      "rule = [{ name = '[a-c]*', rmse = 1 }]\n",
      "[default]\nunknown = 1\n"};
}

Seeds name_pairs() {
  return {"# run\tgolden\nconv1\tConv_1\nfc:output:1\tGemm_7:output:0\n", "run,golden\r\na , b\r\n",
          "only one\n"};
}

}  // namespace seeds
}  // namespace omscope::fuzz
