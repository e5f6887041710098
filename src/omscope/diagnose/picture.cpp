#include "omscope/diagnose/picture.h"

#include <algorithm>
#include <charconv>

#include "omscope/core/text.h"
#include "omscope/diagnose/kernel_name.h"

namespace omscope::diagnose {
namespace {

std::vector<uint64_t> numbers_of(std::string_view list) {
  constexpr size_t kMost = 4096;
  std::vector<uint64_t> numbers;
  while (!list.empty() && numbers.size() < kMost) {
    const std::string_view part = list.substr(0, list.find(','));
    std::string_view digits = part;
    while (digits.starts_with(' ')) digits.remove_prefix(1);
    if (const auto word = parse_word(digits)) numbers.push_back(*word);
    list.remove_prefix(std::min(list.size(), part.size() + 1));
  }
  return numbers;
}

/// Lines of args come in parts "args(20 to 40)" and are often printed twice.
void add_args(const Fact& fact, std::vector<uint64_t>& args) {
  constexpr uint64_t kMostArgs = 4096;
  const auto from = fact.word("from");
  const std::vector<uint64_t> part = numbers_of(fact.field("list"));
  if (!from || *from > kMostArgs || *from > args.size()) return;
  const size_t end = static_cast<size_t>(*from) + part.size();
  if (args.size() < end) args.resize(end);
  std::copy(part.begin(), part.end(), args.begin() + static_cast<std::ptrdiff_t>(*from));
}

void set_words(CoreFault& core, const Fact& fact) {
  const std::string_view code = fact.field("error_code");
  if (core.words.empty() && !code.empty()) {
    for (const uint64_t word : numbers_of(code)) core.words.push_back(word);
  }
}

CoreFault& core_named(Picture& picture, std::string_view id) {
  for (CoreFault& core : picture.cores) {
    if (core.id == id) return core;
  }
  CoreFault& made = picture.cores.emplace_back();
  made.id = id;
  return made;
}

void add_core_error(Picture& picture, const Fact& fact) {
  CoreFault& core = core_named(picture, fact.field("core_id"));
  if (core.fact == nullptr) core.fact = &fact;
  set_words(core, fact);
  core.pc_start = fact.word("pc_start");
  core.pc_current = fact.word("pc_current");
  core.mte = fact.word("mte_error_info");
  if (!picture.para_base) picture.para_base = fact.word("para_base");
  // Chips up to A3 print masks as hexadecimal; decimal ids are those of a 950.
  const std::string_view code = fact.field("error_code");
  if (!code.empty() && !code.starts_with("0x") && code != "0") picture.is_950 = true;
  picture.has_words = picture.has_words || !code.empty();
  if (picture.error_text.empty()) picture.error_text = fact.field("error_text");
}

/// Follows the line of the core it belongs to, and says more than that one: all three words.
void add_extend(Picture& picture, const Fact& fact) {
  const std::string_view code = fact.field("errcode");
  if (!code.empty()) {
    CoreFault& core =
        picture.cores.empty() ? core_named(picture, fact.field("core_id")) : picture.cores.back();
    core.words = numbers_of(code);
    if (core.fact == nullptr) core.fact = &fact;
    picture.has_words = true;
    if (code.find("0x") == std::string_view::npos && code.find_first_not_of("0, ") != code.npos) {
      picture.is_950 = true;
    }
  }
  if (picture.error_text.empty()) picture.error_text = fact.field("error_text");
}

void add_core_list(Picture& picture, const Fact& fact) {
  std::string_view id;
  for (const auto& [name, value] : fact.fields) {
    if (name == "core_id") id = value;
    if (name != "error_code") continue;
    CoreFault& core = core_named(picture, id);
    if (core.words.empty()) core.words = numbers_of(value);
    if (core.fact == nullptr) core.fact = &fact;
    picture.has_words = true;
  }
}

/// One register a line; "core_id" starts the next core.
void add_register(Picture& picture, const Fact& fact) {
  if (!fact.field("core_id").empty()) {
    core_named(picture, fact.field("core_id")).fact = &fact;
    return;
  }
  if (picture.cores.empty()) return;
  CoreFault& core = picture.cores.back();
  if (!fact.field("error_code").empty()) {
    set_words(core, fact);
    core.fact = &fact;
    picture.has_words = true;
  }
  if (const auto pc = fact.word("pc_start")) core.pc_start = pc;
  if (const auto pc = fact.word("pc_current")) core.pc_current = pc;
  if (const auto word = fact.word("mte_error_info")) core.mte = word;
  if (!picture.para_base) picture.para_base = fact.word("para_base");
}

void add_launch_words(Picture& picture, const Fact& fact) {
  const auto word0 = fact.word("word0");
  const auto base_low = fact.word("word10");
  const auto base_high = fact.word("word11");
  if (word0 && !picture.block_dim) picture.block_dim = static_cast<int64_t>(*word0 >> 16U);
  if (base_low && base_high && !picture.para_base) {
    picture.para_base = *base_high << 32U | *base_low;
  }
}

/// Where the host's own line is missing.
void add_firmware_bits(Picture& picture, const Fact& fact) {
  if (!picture.cores.empty()) return;
  CoreFault& core = core_named(picture, "");
  core.fact = &fact;
  for (const std::string_view name : {"error0", "error1", "error2"}) {
    core.words.push_back(fact.word(name).value_or(0));
  }
  picture.has_words = true;
}

void add_names(Picture& picture, const Fact& fact) {
  const std::string_view kernel = fact.field("kernel");
  const std::string_view ext = fact.field("kernel_ext");
  if (picture.kernel.empty()) picture.kernel = kernel;
  if (picture.kernel_ext.empty() && ext != "none") picture.kernel_ext = ext;
  if (picture.op.empty()) {
    picture.op = fact.field(fact.kind == FactKind::kOpName ? "origin_op" : "op");
  }
  if (picture.op_type.empty()) picture.op_type = fact.field("op_type");
  if (picture.hash.empty()) picture.hash = fact.field("hash");
}

void add_task(Picture& picture, const Fact& fact) {
  if (!picture.device) picture.device = fact.number("device_id");
  const bool of_kernel = fact.kind == FactKind::kKernelFailed ||
                         fact.kind == FactKind::kTaskFailed || fact.kind == FactKind::kOpName ||
                         fact.kind == FactKind::kDeviceTask || fact.kind == FactKind::kAicpuError ||
                         fact.kind == FactKind::kRegisterDump || fact.kind == FactKind::kAicInfo;
  if (!of_kernel) return;
  if (!picture.stream) picture.stream = fact.number("stream_id");
  if (!picture.task) picture.task = fact.number("task_id");
}

void add_launch(Picture& picture, const Fact& fact) {
  if (!picture.tiling_key) picture.tiling_key = fact.word("tiling_key");
  if (!picture.args_size) picture.args_size = fact.word("args_size");
  if (!picture.block_dim) picture.block_dim = fact.number("block_dim");
}

void add(Picture& picture, const Fact& fact) {
  switch (fact.kind) {
    case FactKind::kCoreError: add_core_error(picture, fact); break;
    case FactKind::kCoreExtend: add_extend(picture, fact); break;
    case FactKind::kCoreList: add_core_list(picture, fact); break;
    case FactKind::kRegisterDump: add_register(picture, fact); break;
    case FactKind::kBitsOfFirmware: add_firmware_bits(picture, fact); break;
    case FactKind::kLaunchWords: add_launch_words(picture, fact); break;
    case FactKind::kDha: picture.dha = true; break;
    case FactKind::kArgs:
      add_args(fact, fact.field("when") == "before" ? picture.args_before : picture.args);
      break;
    default: break;
  }
  add_names(picture, fact);
  add_task(picture, fact);
  add_launch(picture, fact);
}

void decode_bits(Picture& picture) {
  std::vector<uint64_t> all;
  for (const CoreFault& core : picture.cores) {
    if (picture.is_950) {
      all.insert(all.end(), core.words.begin(), core.words.end());
      continue;
    }
    if (all.size() < core.words.size()) all.resize(core.words.size());
    for (size_t i = 0; i < core.words.size(); ++i) all[i] |= core.words[i];
  }
  if (picture.is_950) {
    std::sort(all.begin(), all.end());
    all.erase(std::unique(all.begin(), all.end()), all.end());
    picture.bits = decode_950_ids(all);
  } else {
    all.resize(std::min<size_t>(all.size(), 3));
    picture.bits = decode_error_words(all);
  }
  for (const CoreFault& core : picture.cores) {
    if (core.mte && !picture.mte_type) picture.mte_type = *core.mte >> 24U & 7U;
  }
}

/// The name of the kernel and of the node it ran for, from whatever of them was logged.
void settle_names(Picture& picture) {
  const std::string_view logged = picture.kernel;
  const bool is_kernel = logged.starts_with("te_") || parse_kernel_name(logged).has_value();
  if (picture.op.empty() && !logged.empty() && !is_kernel) picture.op = node_of(logged);
  // A kernel of the package is called after the type that it was built for; the log may call the op
  // after the API that was used.
  const auto package = parse_kernel_name(logged);
  if (package && !package->from_compiler) {
    picture.op_type = package->op;
  } else if (picture.op_type.empty()) {
    const bool ext = !picture.kernel_ext.empty();
    picture.op_type = op_type_of(picture.op, ext ? std::string_view(picture.kernel_ext) : logged);
  }
  if (!is_kernel && !picture.kernel_ext.empty()) picture.kernel = picture.kernel_ext;
  const Fact* dump = picture.facts->first(FactKind::kDumpFile);
  if (picture.op.empty() && dump != nullptr) {
    // "aclnnIndexSelect_0_L0.GatherV3AiCore.1.2025…": the second part is the node.
    std::string_view name = dump->field("path");
    name = name.substr(name.rfind('/') + 1);
    const size_t first = name.find('.');
    const size_t second = first == std::string_view::npos ? first : name.find('.', first + 1);
    if (second != std::string_view::npos && !is_digit(name[first + 1])) {
      picture.op = name.substr(first + 1, second - first - 1);
    }
  }
}

}  // namespace

bool Picture::has_bit(uint32_t id) const {
  return std::any_of(bits.begin(), bits.end(), [&](const AicoreBit& bit) { return bit.id == id; });
}

bool Picture::has_class(BitClass kind) const {
  return std::any_of(bits.begin(), bits.end(),
                     [&](const AicoreBit& bit) { return bit.kind == kind; });
}

Picture picture_of(const Case& facts, std::string_view soc) {
  Picture picture;
  picture.facts = &facts;
  picture.root = facts.root();
  picture.soc = soc;
  for (const Fact& fact : facts.facts) add(picture, fact);
  decode_bits(picture);
  settle_names(picture);
  return picture;
}

std::string_view node_of(std::string_view name) {
  // "0/1_-1_0_GatherV21_tvmbin": numbers of graph and session in front.
  size_t start = 0;
  for (size_t i = 0; i < name.size(); ++i) {
    if (name[i] == '_') start = i + 1;
    if (!is_digit(name[i]) && name[i] != '_' && name[i] != '-' && name[i] != '/') break;
  }
  name.remove_prefix(start);
  constexpr std::string_view kBinary = "_tvmbin";
  if (name.ends_with(kBinary)) name.remove_suffix(kBinary.size());
  return name;
}

std::string op_type_of(std::string_view node, std::string_view kernel) {
  const auto parsed = parse_kernel_name(kernel);
  if (parsed && !parsed->from_compiler) return std::string(parsed->op);
  if (node.starts_with("trans_")) {
    std::string_view type = node.substr(6);
    const size_t number = type.rfind('_');
    if (number != std::string_view::npos) type = type.substr(0, number);
    return std::string(type);
  }
  if (!parsed) return {};
  const std::string small = lower_case(node);
  const size_t at = small.find(parsed->op);
  if (at != std::string::npos && !parsed->op.empty()) {
    return std::string(node.substr(at, parsed->op.size()));
  }
  // Types of operators whose inputs became attributes end with D, nodes keep the name they had.
  std::string_view stem = parsed->op;
  if (stem.size() > 2 && stem.ends_with('d')) {
    stem.remove_suffix(1);
    const size_t part = small.find(stem);
    if (part != std::string::npos) return std::string(node.substr(part, stem.size())) + "D";
  }
  return std::string(parsed->op);
}

std::optional<size_t> tiling_slot(const Picture& picture) {
  if (!picture.para_base) return std::nullopt;
  std::optional<size_t> first;
  for (const uint64_t arg : picture.args) {
    if (arg < *picture.para_base) continue;
    const uint64_t slot = (arg - *picture.para_base) / 8;
    if (slot >= picture.args.size()) continue;
    if (!first || slot < *first) first = static_cast<size_t>(slot);
  }
  return first;
}

std::vector<ForeignArg> foreign_args(const Picture& picture) {
  constexpr uint64_t kSpaceShift = 40;
  constexpr uint64_t kLeastAddress = 0x10000;    // below: a number, or nothing was given
  constexpr uint64_t kControl = 0xe7ffc0000000;  // where mixed kernels find their control block
  std::vector<ForeignArg> foreign;
  if (!picture.para_base) return foreign;
  const uint64_t space = *picture.para_base >> kSpaceShift;
  if (space == 0) return foreign;
  // What follows the tiling data is no address; without any, all arguments are.
  size_t end = tiling_slot(picture).value_or(picture.args.size());
  constexpr size_t kMostTyped = 64;
  end = std::min(end, kMostTyped);
  for (size_t i = 0; i < std::min(end, picture.args.size()); ++i) {
    const uint64_t arg = picture.args[i];
    const bool control = i == 0 && arg >= kControl && arg < kControl + 0x10000000;
    if (arg < kLeastAddress || control || arg >> kSpaceShift == space) continue;
    foreign.push_back({i, arg});
  }
  return foreign;
}

}  // namespace omscope::diagnose
