// Metrics, verdict and pattern of two tensors that lie side by side.
#pragma once

#include <string>

#include "omscope/compare/align.h"
#include "omscope/compare/compare_pair.h"
#include "omscope/compare/elements.h"
#include "omscope/formats/tensorfile/baseline_file.h"

namespace omscope::compare {

/// `subject.dtype` judges. `sample` is of both sides.
void measure(Aligned& sides, const Subject& subject, const PairContext& context,
             const Sample& sample, Pair& pair);

/// A run against what a baseline kept of golden; `sides` has the run on both.
void measure_kept(const Aligned& sides, const tensorfile::BaselineTensor& kept, Subject subject,
                  const PairContext& context, Pair& pair);

/// Makes a number of an atol that is a share of golden's root mean square.
void scale_atol(Thresholds& thresholds, double scale);

/// Says by which dtype the pair was judged where it is not the `lower` of those stored.
void note_judging(DType lower, Pair& pair);

void add_note(Pair& pair, const std::string& note);

/// Makes the pair uncomparable.
void refuse(Pair& pair, std::string why);

}  // namespace omscope::compare
