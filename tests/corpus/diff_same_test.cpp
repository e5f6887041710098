// Real models, written again.

#include "diff/model_edit.h"
#include "diff/rewritten.h"
#include "support/corpus.h"
#include "support/files.h"

namespace omscope {
namespace {

TEST(DiffSame, RealModelsWrittenAgainAndRenamed) {
  NEED_CORPUS();
  for (const char* name :
       {"Ascend__modelzoo__a3c_pong_model.om", "HuaweiAtlas__fall_detection__vanillacnn.om",
        "946166920__hiai_ddk__quant8_8_notrain_opt_model.om",
        "fairysli__Nanotrack_Atlas__Nanotrack_T.om"}) {
    SCOPED_TRACE(name);
    const std::string file = test::file_content(*test::corpus() / "om" / name);
    test::expect_equivalent(test::ModelEdit(file).file(), test::written_again(file));
    test::expect_equivalent(test::ModelEdit(file).file(), test::renamed(file));
  }
}

}  // namespace
}  // namespace omscope
