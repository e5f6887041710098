// `omscope inspect` for people: one screen that says what a model is, what to feed it, what comes
// out, what it costs, and what is odd.
#pragma once

#include "omscope/report/inspect_json.h"
#include "omscope/report/text_page.h"

namespace omscope::report {

/// Adds the report on one input.
void write_inspect_text(TextPage& page, const Inspected& input, const InspectOptions& options);

/// The sections that `--show` asks for (inspect_sections.cpp).
void write_sections(TextPage& page, const ir::Model& model, const InspectOptions& options);

/// What is odd, most serious first; a screenful of it unless the page is for all.
void write_problems(TextPage& page, const Problems& problems);

/// "float32 [1,3,224,224] NCHW"; dims without a value by their name or "?".
std::string shape_text(ir::List<int64_t> shape, ir::List<std::string_view> names = {});
std::string layout_text(const Layout& layout);

/// The bytes to supply, in the words of `write`; "dynamic" where they vary from run to run, "?"
/// where the file does not say enough.
template <class Write>
std::string port_size_text(const ir::Port& port, const Write& write) {
  if (port.size) return write(*port.size);
  return port.has_shape && ir::is_dynamic(port.shape) ? "dynamic" : "?";
}

/// A command line with the folders of host paths masked: "--model=…/net.onnx".
std::string masked_command(std::string_view command);

}  // namespace omscope::report
