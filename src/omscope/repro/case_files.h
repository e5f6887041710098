// The texts of a case: what runs it, what checks it, and what it says.
#pragma once

#include <map>
#include <string>

#include "omscope/core/json.h"
#include "omscope/repro/repro_case.h"

namespace omscope::repro {

/// Names of the files in the case's folder.
struct CaseFiles {
  std::map<std::string, std::string> arrays;  ///< tensor to its .npy
  std::map<std::string, std::string> raw;     ///< tensor to its .bin, for msOpST
  std::string binary;                         ///< of the kernel; empty: none
  std::string description;                    ///< its .json
};

/// main.py: the operator alone, with the test framework of the CANN toolkit (OpUT).
std::string main_py(const Case& one, const CaseFiles& files);

/// The list of cases that msOpST takes.
Json msopst_json(const Case& one, const CaseFiles& files);

/// golden.py: the operator in numpy, for operators that are simple; empty for others.
std::string golden_py(const Case& one, const CaseFiles& files);

/// README.md: what is here, how to run it, what each outcome means.
std::string readme(const Case& one, const CaseFiles& files, bool has_golden);

}  // namespace omscope::repro
