// Writes the files in samples/, or a big synthetic model for benchmarks.

#include <filesystem>
#include <fstream>
#include <iostream>

#include <CLI/CLI.hpp>

#include "make_samples/failing_log.h"
#include "make_samples/network_dumps.h"
#include "make_samples/network_om.h"
#include "make_samples/network_onnx.h"
#include "make_samples/synthetic.h"

namespace {

namespace fs = std::filesystem;

void write(const fs::path& path, const std::string& content) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file.write(content.data(), static_cast<std::streamsize>(content.size()));
  file.close();
  if (!file) throw std::runtime_error("cannot write " + path.string());
  std::cout << path.string() << ": " << content.size() << " bytes\n";
}

void write_all(const fs::path& folder, const std::map<std::string, std::string>& files) {
  for (const auto& [name, content] : files) {
    fs::create_directories((folder / name).parent_path());
    write(folder / name, content);
  }
}

void write_samples(const fs::path& folder) {
  using namespace omscope::samples;
  const Network network = make_network();
  fs::create_directories(folder);
  write(folder / "tiny_resnet.onnx", network_as_onnx(network));
  write(folder / "tiny_resnet_a.om", network_as_om(network, older_build()));
  write(folder / "tiny_resnet_b.om", network_as_om(network, newer_build()));
  write_all(folder / "logs", {{"plog-4242.log", failing_plog()}, {"screen.txt", failing_screen()}});
  write_all(folder / "dump_run", network_dumps(network));
  write_all(folder / "golden", network_golden(network));
  write_all(folder / "run_good", device_run(network, DeviceRun::kGood));
  write_all(folder / "run_fault", device_run(network, DeviceRun::kFault));
  write_all(folder / "run_nan", device_run(network, DeviceRun::kNan));
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Writes samples/, or a big synthetic model");
  std::string output = "samples";
  int64_t ops = 0;
  app.add_option("-o,--output", output, "Folder of the samples; with --ops, the file to write");
  app.add_option("--ops", ops, "Write one model with this many ops instead");
  uint64_t weight_bytes = 0;
  app.add_option("--weights", weight_bytes, "Its bytes of weights, e.g. 2G (takes no disk space)")
      ->transform(CLI::AsSizeValue(false));
  CLI11_PARSE(app, argc, argv);
  try {
    if (ops > 0) {
      omscope::samples::write_synthetic_om(output, ops, static_cast<int64_t>(weight_bytes));
    } else {
      write_samples(output);
    }
  } catch (const std::exception& fault) {
    std::cerr << "make_samples: " << fault.what() << '\n';
    return 2;
  }
  return 0;
}
