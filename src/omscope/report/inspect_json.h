// `omscope inspect --format json`.
#pragma once

#include <string>
#include <vector>

#include "omscope/core/json.h"
#include "omscope/formats/read_model.h"
#include "omscope/report/inspect_options.h"

namespace omscope::report {

/// One input as read, or the problem that kept it from being opened.
struct Inspected {
  std::string path;
  ReadResult read;  ///< `model` is null where the file could not be opened
  Problem problem;
};

/// The head that every JSON document of this tool starts with.
void open_document(JsonStream& out, std::string_view command);

/// One object for one input, a list `files` for several.
void write_inspect_json(std::ostream& out, const std::vector<Inspected>& inputs,
                        const InspectOptions& options);

}  // namespace omscope::report
