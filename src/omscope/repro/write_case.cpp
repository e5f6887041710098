#include "omscope/repro/write_case.h"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "omscope/convert/tensor_output.h"
#include "omscope/core/output_folder.h"
#include "omscope/core/text.h"
#include "omscope/repro/case_files.h"
#include "omscope/repro/kernel_files.h"

namespace omscope::repro {
namespace {

namespace fs = std::filesystem;

class Writer {
 public:
  Writer(const Case& one, const WriteOptions& options, OutputFolder folder)
      : one_(one), options_(options), folder_(std::move(folder)) {}

  WrittenCase write() {
    for (const CaseTensor& tensor : one_.inputs) write_tensor(tensor);
    for (const CaseTensor& tensor : one_.outputs) write_tensor(tensor);
    copy_kernel();
    const std::string golden = golden_py(one_, files_);
    out_.has_golden = !golden.empty();
    write_text("main", ".py", main_py(one_, files_));
    write_text(
        "case", ".json",
        msopst_json(one_, files_).dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
    if (!golden.empty()) write_text("golden", ".py", golden);
    write_text("README", ".md", readme(one_, files_, out_.has_golden));
    const auto renamed = folder_.finish(out_.problems);
    if (!renamed) out_.problems.push_back(renamed.error());
    if (renamed) out_.files += *renamed;
    return std::move(out_);
  }

 private:
  static std::string name_of(const std::string& path) { return fs::path(path).filename().string(); }

  void write_text(std::string_view name, std::string_view suffix, const std::string& text) {
    const auto written = folder_.write(name, suffix, as_bytes(text));
    if (!written) return out_.problems.push_back(written.error());
    ++out_.files;
  }

  /// "input:0" becomes input_0.npy and, for msOpST, input_0.bin.
  void write_tensor(const CaseTensor& tensor) {
    if (!tensor.data || tensor.data_file == nullptr) return;
    auto rendered = convert::render(*tensor.data, {});
    if (!rendered) {
      rendered.error().file = tensor.data_file->path();
      return out_.problems.push_back(rendered.error());
    }
    std::string name = tensor.name;
    std::replace(name.begin(), name.end(), ':', '_');
    write_elements(tensor, *rendered, name, ".npy", convert::npy_header_of(*rendered),
                   files_.arrays);
    if (tensor.is_input) write_elements(tensor, *rendered, name, ".bin", "", files_.raw);
  }

  void write_elements(const CaseTensor& tensor, const convert::Rendered& rendered,
                      const std::string& name, std::string_view suffix, const std::string& header,
                      std::map<std::string, std::string>& names) {
    const convert::OutputPath target{folder_.reserve(name, suffix), Links::kReplace,
                                     options_.force};
    const auto written =
        convert::write_elements(target, header, rendered, *tensor.data_file, [](uint64_t) {});
    if (!written) return out_.problems.push_back(written.error());
    names[tensor.name] = name_of(target.path);
    ++out_.files;
  }

  void copy_kernel() {
    if (options_.kernel_meta.empty()) return;
    if (one_.kernel.empty()) {
      return complain("the kernel's name is not known; give it with --kernel, as the log names it");
    }
    const KernelFiles found = find_kernel_files(options_.kernel_meta, one_.kernel);
    if (found.binary.empty()) return complain(missing(found));
    if (found.description.empty()) {
      return complain(fmt::format("{} has no .json of its name; the kernel was not taken",
                                  for_terminal(found.binary)));
    }
    files_.binary = copy(found.binary, ".o");
    files_.description = copy(found.description, ".json");
    out_.has_kernel = !files_.binary.empty();
  }

  std::string missing(const KernelFiles& found) const {
    std::string text = fmt::format("no kernel {} is there", for_terminal(one_.kernel));
    if (!found.description.empty()) {
      return fmt::format(
          "{} is there, the binary beside it is not; give the kernel_meta folder of "
          "the failing run",
          for_terminal(found.description));
    }
    if (found.others.empty()) return text + "; give the kernel_meta folder of the failing run";
    text += "; not taken in its place, since another kernel would prove nothing: ";
    for (size_t i = 0; i < found.others.size(); ++i) {
      text += (i == 0 ? "" : ", ") + for_terminal(found.others[i]);
    }
    return text;
  }

  void complain(std::string why) {
    out_.problems.push_back({Severity::kError, Code::kCannotOpen, options_.kernel_meta,
                             std::nullopt, "--kernel-meta", std::move(why)});
  }

  /// Both files keep one stem, since the framework finds the description by that of the binary.
  std::string copy(const std::string& path, std::string_view suffix) {
    const auto file = FileBytes::open(path);
    if (!file) {
      out_.problems.push_back(file.error());
      return {};
    }
    const auto written = folder_.write(fs::path(path).stem().string(), suffix, (*file)->bytes());
    if (!written) {
      out_.problems.push_back(written.error());
      return {};
    }
    ++out_.files;
    return name_of(*written);
  }

  const Case& one_;
  const WriteOptions& options_;
  OutputFolder folder_;
  CaseFiles files_;
  WrittenCase out_;
};

}  // namespace

Result<WrittenCase> write_case(const Case& one, const WriteOptions& options) {
  auto folder = OutputFolder::create(options.folder, options.force);
  if (!folder) return folder.error();
  return Writer(one, options, std::move(*folder)).write();
}

}  // namespace omscope::repro
