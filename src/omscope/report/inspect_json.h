// `omscope inspect --format json`.
#pragma once

#include <string>
#include <vector>

#include "omscope/core/json.h"
#include "omscope/formats/read_input.h"
#include "omscope/report/inspect_options.h"

namespace omscope::report {

/// One input as read, or the problem that kept it from being opened.
struct Inspected {
  std::string path;
  Input read;  ///< empty where the file could not be opened
  Problem problem;
};

/// The head that every JSON document of this tool starts with.
void open_document(JsonStream& out, std::string_view command);

/// Keys of a model without anything in them, for inputs that are none.
void write_no_model(JsonStream& out, const InspectOptions& options);

/// One object for one input, a list `files` for several.
void write_inspect_json(std::ostream& out, const std::vector<Inspected>& inputs,
                        const InspectOptions& options);

}  // namespace omscope::report
