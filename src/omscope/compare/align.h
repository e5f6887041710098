// Two stored tensors as elements in one order: layouts and padding undone on either side.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "omscope/ir/tensor_file.h"
#include "omscope/numeric/pair.h"
#include "omscope/tensor/convert_layout.h"

namespace omscope::compare {

/// What the model says of a tensor where its dump does not.
struct OriginHint {
  std::vector<int64_t> shape;
  Layout layout;
  bool known = false;
};

/// Refers to the bytes of both tensors.
struct Aligned {
  numeric::PairSide run;
  numeric::PairSide golden;
  std::vector<int64_t> shape;  ///< C order, golden's
  std::string axes;            ///< letters of its dims, where known
  uint64_t count = 0;
  std::string note;  ///< what had to be assumed

  std::unique_ptr<tensor::Conversion> run_conversion;
  std::unique_ptr<tensor::Conversion> golden_conversion;
};

struct Alignment {
  std::optional<Aligned> sides;
  std::string reason;          ///< why there is none
  bool shapes_differ = false;  ///< a failure: they are not the same tensor
  bool transposed = false;     ///< but hold the same values, with axes exchanged
};

Alignment align(const ir::StoredTensor& run, const ir::StoredTensor& golden,
                const OriginHint& hint);

/// One tensor alone, as `run`; `shape` and `axes` are its own.
Alignment align_alone(const ir::StoredTensor& tensor, const OriginHint& hint);

/// The run in the order of a golden tensor of which only shape and layout are there.
Alignment align_to(const ir::StoredTensor& run, const OriginHint& hint,
                   const std::vector<int64_t>& shape, const Layout& layout);

/// "[1,16,8,8]".
std::string shape_text(const std::vector<int64_t>& shape);

}  // namespace omscope::compare
