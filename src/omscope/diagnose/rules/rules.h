// What can be concluded of a case.
//
// A rule says what it needs, what it concludes and how sure that is. The first rule of `kRules`
// whose needs are met names the cause; notes add what else the facts tell, and never name another
// cause. A new rule is a row in the table of its family, at the place of its rank in `rules.cpp`.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "omscope/diagnose/picture.h"
#include "omscope/diagnose/report.h"

namespace omscope::diagnose {

struct Context {
  const Case& facts;
  const Picture& picture;
  const std::vector<std::string>& files;
  const std::vector<Fact>& memory_rows;  ///< of npu-smi
};

struct Rule {
  std::string_view id;
  Certainty certainty;     ///< `conclude` may lower it
  std::string_view needs;  ///< in words, for docs/diagnosis.md
  bool (*applies)(const Context& context);
  void (*conclude)(const Context& context, Incident& incident);
};

struct Note {
  std::string_view id;
  std::string_view needs;
  bool (*applies)(const Context& context);
  void (*add)(const Context& context, Incident& incident);
};

// One table per family, in the order of rank.
std::span<const Rule> assert_rules();   ///< device assert, hardware
std::span<const Rule> address_rules();  ///< bad address, link
std::span<const Rule> core_rules();     ///< bits, trap, AI CPU, kernels without words
std::span<const Rule> package_rules();  ///< missing binary, versions
std::span<const Rule> memory_rules();
std::span<const Rule> atc_rules();
std::span<const Rule> misuse_rules();
std::span<const Rule> device_rules();  ///< contract of inputs, lost device, ranks
std::span<const Rule> code_rules();    ///< what is left: codes and first errors
std::span<const Note> kernel_notes();

/// Every rule in the order in which it is tried.
std::vector<const Rule*> all_rules();

/// Fills in conclusion, cause, actions, certainty and rule. False where no rule has a say: then
/// nothing is reported.
bool conclude(const Context& context, Incident& incident);

// Small words that several families use.
Text say(std::string en, std::string zh = {});
/// "kernel te_x of op Y (Z)" of the picture; "a kernel" where neither is known.
Text kernel_and_op(const Picture& picture);
void add_cause(Incident& incident, const Text& sentence);
void add_evidence(const Context& context, const Fact* fact, Incident& incident);
bool has_any_code(const Case& facts, std::span<const std::string_view> codes);
/// The text of a report code's line: "[--framework] is required. …".
const Fact* fact_with_code(const Case& facts, std::string_view code);

}  // namespace omscope::diagnose
