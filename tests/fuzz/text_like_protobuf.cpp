// Text format: what protobuf's own parser accepts, ours reads as the same message.

#include <google/protobuf/io/tokenizer.h>
#include <google/protobuf/stubs/logging.h>
#include <google/protobuf/text_format.h>
#include <google/protobuf/util/field_comparator.h>
#include <google/protobuf/util/message_differencer.h>

#include "omscope/formats/graphtext/text_to_wire.h"

#include "fuzz/check.h"
#include "fuzz/targets.h"
#include "ge_ir.pb.h"

namespace omscope::fuzz {
namespace {

class Silent : public google::protobuf::io::ErrorCollector {
 public:
  void AddError(int /*line*/, int /*column*/, const std::string& /*message*/) override {}
};

}  // namespace

void text_like_protobuf(std::string_view input) {
  Silent silent;
  google::protobuf::TextFormat::Parser parser;
  parser.RecordErrorsTo(&silent);
  parser.SetRecursionLimit(32);  // far below ours
  ::ge::proto::ModelDef theirs;
  ::ge::proto::ModelDef ours;
  const google::protobuf::LogSilencer quiet;
  const bool accepted = parser.ParseFromString(std::string(input), &theirs);
  Problems problems("input");
  const std::string wire = graphtext::text_to_wire(input, wire::ge_model_schema(), problems);
  // Text that is not UTF-8 passes as text format, but not as a message.
  if (!accepted || !::ge::proto::ModelDef().ParseFromString(theirs.SerializeAsString())) return;
  require(!problems.has_error(), "text that protobuf accepts is read without a fault");
  require(ours.ParseFromString(wire), "the message is sound");
  google::protobuf::util::DefaultFieldComparator same_nan;
  same_nan.set_treat_nan_as_equal(true);
  google::protobuf::util::MessageDifferencer differencer;
  differencer.set_field_comparator(&same_nan);
  require(differencer.Compare(ours, theirs), "both make the same message of a text");
}

}  // namespace omscope::fuzz
