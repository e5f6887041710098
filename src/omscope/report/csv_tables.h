// The tables of `omscope inspect --format csv`: one per section.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "omscope/ir/model.h"
#include "omscope/report/inspect_options.h"

namespace omscope::report {

using Row = std::vector<std::string>;
using AddRow = std::function<void(const Row&)>;

/// A table of one model: its columns, and what makes its rows. The file's name comes before both.
struct CsvTable {
  Row columns;
  void (*rows)(const ir::Model& model, const InspectOptions& options, const AddRow& add);
};

/// The tables that `options` asks for, in the order of the sections.
std::vector<CsvTable> wanted_tables(const InspectOptions& options);

template <class T>
std::string or_empty(const std::optional<T>& value) {
  return value ? std::to_string(*value) : "";
}

}  // namespace omscope::report
