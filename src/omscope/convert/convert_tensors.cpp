#include "omscope/convert/convert_tensors.h"

#include <algorithm>
#include <atomic>
#include <filesystem>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <tbb/parallel_for.h>

#include "omscope/convert/file_plan.h"
#include "omscope/core/text.h"
#include "omscope/formats/tensorfile/npy_writer.h"
#include "omscope/tensor/code_table.h"
#include "omscope/tensor/decode.h"

namespace omscope::convert {
namespace {

namespace fs = std::filesystem;

bool wanted(const std::string& tensor, const TensorOptions& options, std::set<size_t>& met) {
  bool any = options.tensors.empty();
  for (size_t i = 0; i < options.tensors.size(); ++i) {
    if (!glob_match(options.tensors[i], tensor)) continue;
    met.insert(i);
    any = true;
  }
  return any;
}

/// What the values in the file will not be.
std::string meaning_note(const Rendered& tensor, FileFormat format) {
  if (tensor.dtype == DType::kUndefined || format == FileFormat::kJson) return "";
  const std::string_view name = to_string(tensor.dtype);
  if (!tensor::can_decode(tensor.dtype)) {
    return fmt::format("{} has no known rule; its codes are written as they are", name);
  }
  const tensorfile::NpyDType npy = tensorfile::npy_dtype(tensor.dtype);
  if (npy.same_meaning || format == FileFormat::kBin) return "";
  return fmt::format(
      "numpy has no {}; its codes are written as {}{}; --dtype float32 writes values", name,
      npy.descr, npy.packed ? ", several in a byte" : "");
}

std::string loss_note(const tensor::EncodeLoss& loss, DType dtype) {
  std::vector<std::string> parts;
  if (loss.overflowed > 0) {
    parts.push_back(fmt::format("{} beyond the range of {}", counted(loss.overflowed, "value"),
                                to_string(dtype)));
  }
  if (loss.nan_lost > 0) parts.push_back(fmt::format("{} NaN became 0", grouped(loss.nan_lost)));
  return fmt::format("{}", fmt::join(parts, ", "));
}

std::string in_quotes(const std::string& name) {
  return name.empty() ? "''" : for_terminal(name);
}

Problem nothing(const ir::TensorFile& file, const TensorOptions& options) {
  std::vector<std::string> asked;
  for (const std::string& glob : options.tensors) asked.push_back(in_quotes(glob));
  std::vector<std::string> names;
  constexpr size_t kMost = 8;
  for (const ir::StoredTensor& tensor : file.tensors) {
    if (names.size() < kMost) names.push_back(in_quotes(tensor.name));
  }
  std::string why;
  if (names.empty()) {
    why = fmt::format("holds no tensors; inspect shows what it holds{}",
                      file.records.empty() ? "" : ", --to json writes it");
  } else if (asked.empty()) {
    why = "has tensors, but the values of none; inspect shows what is known of them";
  } else {
    why = fmt::format("has no tensor {}; it has {}{}", fmt::join(asked, ", "),
                      fmt::join(names, ", "), file.tensors.size() > kMost ? ", …" : "");
  }
  return {Severity::kError, Code::kBadUsage, file.file->path(), std::nullopt, "", why};
}

FilePlan plan_tensors(const ir::TensorFile& file, const std::string& name,
                      const TensorOptions& options, bool layout_if_fits) {
  FilePlan plan;
  plan.file = &file;
  plan.name = name;
  plan.one_for_all = options.format == FileFormat::kNpz || options.format == FileFormat::kJson;
  RenderOptions how = options.render;
  how.layout_if_fits = layout_if_fits;
  how.c_order = options.format == FileFormat::kBin || options.format == FileFormat::kJson;
  for (const ir::StoredTensor& tensor : file.tensors) {
    if (!wanted(tensor.name, options, plan.met)) continue;
    auto rendered = render(tensor, how);
    if (!rendered) {
      // Nothing was lost that could be had, unless somebody asked for just that.
      if (tensor.payload == ir::Payload::kNotWritten && options.tensors.empty()) {
        plan.remarks.add("is not written: " + rendered.error().message, tensor.name);
        continue;
      }
      Problem problem = rendered.error();
      problem.file = tensor.file.empty() ? file.file->path() : tensor.file;
      problem.message = "is not written: " + problem.message;
      plan.problems.push_back(std::move(problem));
      continue;
    }
    for (const std::string& note : rendered->notes) plan.remarks.add(note, tensor.name);
    plan.remarks.add(meaning_note(*rendered, options.format), tensor.name);
    const bool unpacked = rendered->dtype != tensor.dtype || options.format == FileFormat::kJson;
    if (unpacked && tensor::order_is_assumed(tensor.dtype)) {
      plan.remarks.add(fmt::format("the order of packed {} elements is not documented; the lowest "
                                   "bits of a byte are taken for the first",
                                   to_string(tensor.dtype)),
                       tensor.name);
    }
    plan.items.push_back({&tensor, std::move(*rendered)});
  }
  return plan;
}

}  // namespace

void Remarks::add(const std::string& text, const std::string& subject) {
  if (text.empty()) return;
  Remark& remark = remarks_[text];
  ++remark.count;
  if (remark.first.size() == kMostNamed) return;
  remark.first.push_back(subject);
  ++remark.named;
}

void Remarks::merge(const Remarks& other, const std::string& file) {
  for (const auto& [text, remark] : other.remarks_) {
    Remark& own = remarks_[text];
    own.count += remark.count;
    if (own.first.size() == kMostNamed) continue;
    own.first.push_back(fmt::format("{} {}", file, fmt::join(remark.first, ", ")));
    own.named += remark.named;
  }
}

void Remarks::tell(const std::string& file, std::vector<Problem>& problems) const {
  for (const auto& [text, remark] : remarks_) {
    std::string subject = fmt::format("{}", fmt::join(remark.first, ", "));
    if (remark.count > remark.named)
      subject += fmt::format(" and {} more", remark.count - remark.named);
    problems.push_back({Severity::kWarning, Code::kBadValue, file, std::nullopt, subject, text});
  }
}

FilePlan plan_file(const ir::TensorFile& file, const std::string& name,
                   const TensorOptions& options, bool alone) {
  FilePlan plan = plan_tensors(file, name, options, true);
  const bool none_fits = !plan.items.empty() &&
                         std::all_of(plan.items.begin(), plan.items.end(),
                                     [](const Item& item) { return item.rendered.has_other_axes; });
  return alone && none_fits ? plan_tensors(file, name, options, false) : std::move(plan);
}

void tell_unmet(const std::set<size_t>& met, const std::string& file, const TensorOptions& options,
                std::vector<Problem>& problems) {
  for (size_t i = 0; i < options.tensors.size(); ++i) {
    if (met.contains(i)) continue;
    const bool pattern = options.tensors[i].find_first_of("*?[") != std::string::npos;
    problems.push_back({pattern ? Severity::kWarning : Severity::kError, Code::kBadUsage, file,
                        std::nullopt, "--tensor",
                        fmt::format("no tensor has the name {}; inspect lists them",
                                    in_quotes(options.tensors[i]))});
  }
}

size_t result_count(const FilePlan& plan) {
  if (!plan.one_for_all) return plan.items.size();
  const bool tables = plan.file != nullptr && !plan.file->records.empty();
  return plan.items.empty() && !tables ? 0 : 1;
}

void place_in(OutputFolder& folder, FilePlan& plan, const TensorOptions& options) {
  const std::string source = fs::path(plan.file->file->path()).filename().string();
  const auto add = [&](const TensorName& name) {
    plan.targets.push_back(
        {folder.reserve(name.name, name.suffix, source), Links::kReplace, options.force});
  };
  if (plan.one_for_all) return add(file_name(plan.name, *plan.file, options.format));
  const bool relayout = !options.render.layout.empty() || options.render.origin_shape;
  for (const Item& item : plan.items) {
    add(tensor_name(plan.name, *plan.file, *item.tensor, item.rendered, options.format,
                    options.naming, relayout));
  }
}

size_t write_plan(FilePlan& plan, const TensorOptions& options, const Progress& progress) {
  if (result_count(plan) == 0 || plan.targets.empty()) return 0;
  const FileBytes& source = *plan.file->file;
  std::vector<Result<Written>> results(plan.targets.size(), Written{});
  const auto is_input = [&](const OutputPath& target) {
    return is_same_file(target.path, source.path());
  };
  const auto refuse = [](const OutputPath& target) {
    return Problem{Severity::kError,
                   Code::kCannotWrite,
                   target.path,
                   std::nullopt,
                   "",
                   "is the input; give -o another name"};
  };
  if (plan.one_for_all) {
    std::vector<NamedTensor> all;
    for (const Item& item : plan.items) {
      const std::string& op = item.tensor->op;
      all.push_back(
          {op.empty() ? item.tensor->name : op + "." + item.tensor->name, &item.rendered});
    }
    const OutputPath& target = plan.targets[0];
    if (is_input(target)) {
      results[0] = refuse(target);
    } else if (options.format == FileFormat::kNpz) {
      results[0] = write_npz(target, all, progress);
    } else {
      results[0] = write_json(target, *plan.file, all, progress);
    }
  } else {
    tbb::parallel_for(size_t{0}, plan.items.size(), [&](size_t i) {
      const OutputPath& target = plan.targets[i];
      // msaccucmp writes buffers without a header whatever it was asked for.
      const bool header = options.format == FileFormat::kNpy && !target.path.ends_with(".bin");
      const Rendered& rendered = plan.items[i].rendered;
      results[i] = is_input(target) ? Result<Written>(refuse(target))
                                    : write_elements(target, header ? npy_header_of(rendered) : "",
                                                     rendered, source, progress);
    });
  }
  size_t files = 0;
  for (size_t i = 0; i < results.size(); ++i) {
    if (!results[i]) {
      plan.problems.push_back(results[i].error());
      continue;
    }
    ++files;
    const DType dtype = options.render.dtype.value_or(DType::kUndefined);
    plan.remarks.add(
        loss_note(results[i]->loss, dtype),
        plan.items.empty() ? "" : plan.items[std::min(i, plan.items.size() - 1)].tensor->name);
  }
  return files;
}

TensorResults convert_tensors(const ir::TensorFile& file, const TensorOptions& options) {
  TensorResults result;
  const std::string path = file.file->path();
  const std::string name = path == "-" ? "stdin" : fs::path(path).filename().string();
  FilePlan plan = plan_file(file, name, options, true);
  const size_t count = result_count(plan);
  if (count == 0 && plan.problems.empty()) {
    plan.remarks.tell(path, result.problems);
    result.problems.push_back(nothing(file, options));
    return result;
  }
  if (options.output == kStandardOutput && (count > 1 || options.format == FileFormat::kNpz)) {
    result.problems.push_back(
        {Severity::kError, Code::kBadUsage, path, std::nullopt, "",
         count > 1
             ? "gives several results, which cannot all go to standard output; --tensor takes "
               "one of them, --to json writes all into one"
             : "npz cannot go to standard output, which cannot be sought in; name a file"});
    return result;
  }
  std::optional<OutputFolder> folder;
  const bool into = options.output != kStandardOutput &&
                    (count > 1 || options.output.ends_with('/') || is_folder(options.output));
  if (count > 0 && into) {
    auto made = OutputFolder::create(options.output, options.force);
    if (!made) {
      result.problems.push_back(made.error());
      return result;
    }
    folder = std::move(*made);
    place_in(*folder, plan, options);
  } else if (count > 0) {
    std::error_code failed;
    const fs::path parent = fs::path(options.output).parent_path();
    if (!parent.empty()) fs::create_directories(parent, failed);
    plan.targets.push_back({options.output, Links::kFollow, options.force});
  }
  uint64_t total = 0;
  for (const Item& item : plan.items) total += item.rendered.size();
  std::atomic<uint64_t> done = 0;
  Progress progress;
  if (options.progress) {
    progress = [&](uint64_t bytes) { options.progress(done += bytes, total); };
  }
  result.files = write_plan(plan, options, progress);
  result.problems = std::move(plan.problems);
  plan.remarks.tell(path, result.problems);
  if (!plan.met.empty()) tell_unmet(plan.met, path, options, result.problems);
  if (folder) {
    const auto finished = folder->finish(result.problems);
    if (finished) {
      result.files += *finished;
    } else {
      result.problems.push_back(finished.error());
    }
  }
  return result;
}

}  // namespace omscope::convert
