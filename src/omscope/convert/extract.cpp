#include "omscope/convert/extract.h"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "omscope/core/text.h"
#include "omscope/formats/tensorfile/npy_writer.h"

namespace omscope::convert {
namespace {

/// One folder of the result, and where what goes wrong is kept.
class Sink {
 public:
  Sink(const std::string& folder, const char* part, bool force, Extracted& result)
      : result_(result),
        folder_(OutputFolder::create((std::filesystem::path(folder) / part).string(), force)) {
    if (!folder_) result_.problems.push_back(folder_.error());
  }

  void write(std::string_view name, std::string_view suffix, const std::vector<ByteView>& parts) {
    if (!folder_) return;
    const auto written = folder_->write(name, suffix, parts);
    if (written) {
      ++result_.files;
    } else {
      result_.problems.push_back(written.error());
    }
  }

  void finish() {
    if (!folder_) return;
    const auto finished = folder_->finish(result_.problems);
    if (finished) {
      result_.files += *finished;
    } else {
      result_.problems.push_back(finished.error());
    }
  }

 private:
  Extracted& result_;
  Result<OutputFolder> folder_;
};

Problem left_out(const ir::Model& model, std::string_view what, std::string why) {
  return {Severity::kError, Code::kBadWeight,   model.file->path(),
          std::nullopt,     for_terminal(what), std::move(why)};
}

Problem note(const ir::Model& model, std::string_view what, std::string text) {
  Problem problem = left_out(model, what, std::move(text));
  problem.severity = Severity::kWarning;
  return problem;
}

/// The shape of what is written: the stored one where it accounts for all bytes, else one row.
std::vector<int64_t> written_shape(const ir::Tensor& tensor, const tensorfile::NpyDType& npy,
                                   std::string_view& descr) {
  if (!npy.packed && ir::exact_bytes(tensor.type) == tensor.size) {
    return {tensor.type.shape.begin(), tensor.type.shape.end()};
  }
  const uint64_t width = dtype_info(tensor.type.dtype).bits / 8;
  if (!npy.packed && width > 0 && tensor.size % width == 0 && tensor.size > 0 &&
      ir::exact_bytes(tensor.type).value_or(0) <= tensor.size) {
    return {static_cast<int64_t>(tensor.size / width)};
  }
  descr = "|u1";
  return {static_cast<int64_t>(tensor.size)};
}

std::string missing_bytes(const ir::Tensor& tensor) {
  if (tensor.storage == ir::Storage::kExternal) {
    return fmt::format("its bytes are not at hand; put '{}' beside the model",
                       for_terminal(tensor.location));
  }
  return "its bytes are not in the file; convert the model that was saved with its weights";
}

void write_weight(const ir::Model& model, const ir::Weight& weight, Sink& sink, Extracted& result) {
  const ir::Tensor& tensor = *weight.tensor;
  if (!tensor.strings.empty()) {
    result.problems.push_back(
        left_out(model, weight.op, "holds texts, which npy does not hold; inspect lists it"));
    return;
  }
  if (tensor.storage == ir::Storage::kNone || tensor.bytes.size() != tensor.size) {
    result.problems.push_back(left_out(model, weight.op, missing_bytes(tensor)));
    return;
  }
  const tensorfile::NpyDType npy = tensorfile::npy_dtype(tensor.type.dtype);
  std::string_view descr = npy.descr;
  const std::vector<int64_t> shape = written_shape(tensor, npy, descr);
  if (!npy.same_meaning) {
    result.problems.push_back(note(model, weight.op,
                                   fmt::format("numpy has no {}; its codes are written as {}",
                                               to_string(tensor.type.dtype), descr)));
  } else if (ir::exact_bytes(tensor.type) != tensor.size) {
    result.problems.push_back(
        note(model, weight.op,
             fmt::format("has {} bytes, not those of its shape; written as one row of {}",
                         tensor.size, descr)));
  }
  const std::string header = tensorfile::npy_header(descr, shape);
  sink.write(weight.op, ".npy", {as_bytes(header), tensor.bytes});
}

void extract_weights(const ir::Model& model, const std::string& folder, bool force,
                     Extracted& result) {
  Sink sink(folder, "weights", force, result);
  for (const ir::Weight& weight : model.weights) write_weight(model, weight, sink, result);
  sink.finish();
}

void extract_kernels(const ir::Model& model, const std::string& folder, bool force,
                     Extracted& result) {
  Sink sink(folder, "kernels", force, result);
  for (const ir::Kernel& kernel : model.kernels) {
    const bool shared = kernel.store == "CUST_AICPU_KERNELS" || kernel.store == "SO_BINS";
    const bool named = kernel.name.ends_with(".o") || kernel.name.ends_with(".so");
    sink.write(kernel.name, named ? "" : shared ? ".so" : ".o", {kernel.binary});
  }
  sink.finish();
}

void extract_tasks(const ir::Model& model, const std::string& folder, bool force,
                   Extracted& result) {
  Sink sink(folder, "tasks", force, result);
  const char* suffix = model.kind == Kind::kOmHiai ? ".bin" : ".pb";
  for (const ir::Partition& partition : model.container.partitions) {
    if (partition.type_name != "TASK_INFO") continue;
    sink.write(fmt::format("table{}", partition.table), suffix, {partition.bytes});
  }
  sink.finish();
}

void extract_submodels(const ir::Model& model, const std::string& folder, bool force,
                       Extracted& result) {
  Sink sink(folder, "submodels", force, result);
  for (const auto& inner : model.submodels) {
    if (inner->range.empty()) {
      result.problems.push_back(left_out(model, inner->submodel_name,
                                         "is only described, there is no model file of it; "
                                         "take it from where the model was made"));
    } else {
      sink.write(inner->submodel_name, inner->submodel_name.ends_with(".om") ? "" : ".om",
                 {inner->range});
    }
  }
  sink.finish();
}

bool has_tasks(const ir::Model& model) {
  const auto& list = model.container.partitions;
  return std::any_of(list.begin(), list.end(),
                     [](const ir::Partition& each) { return each.type_name == "TASK_INFO"; });
}

}  // namespace

std::vector<std::string_view> absent_parts(const ir::Model& model, const Parts& parts) {
  std::vector<std::string_view> absent;
  if (parts.weights && model.weights.empty()) absent.emplace_back("weights");
  if (parts.kernels && model.kernels.empty()) absent.emplace_back("kernels");
  if (parts.tasks && !has_tasks(model)) absent.emplace_back("tasks");
  if (parts.submodels && model.submodels.empty()) absent.emplace_back("submodels");
  return absent;
}

Extracted extract(const ir::Model& model, const Parts& parts, const std::string& folder,
                  bool force) {
  Extracted result;
  if (parts.weights) extract_weights(model, folder, force, result);
  if (parts.kernels) extract_kernels(model, folder, force, result);
  if (parts.tasks) extract_tasks(model, folder, force, result);
  if (parts.submodels) extract_submodels(model, folder, force, result);
  return result;
}

}  // namespace omscope::convert
