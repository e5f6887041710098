#include "omscope/formats/read_model.h"

#include <array>

#include <fmt/format.h>

#include "omscope/formats/graphtext/graphtext_reader.h"
#include "omscope/formats/om/om2.h"
#include "omscope/formats/om/om_reader.h"
#include "omscope/formats/onnx/onnx_reader.h"
#include "omscope/ir/external.h"

namespace omscope {
namespace {

using Reader = std::unique_ptr<ir::Model> (*)(const std::shared_ptr<const FileBytes>&, Kind);

std::unique_ptr<ir::Model> whole_om(const std::shared_ptr<const FileBytes>& file, Kind /*kind*/) {
  auto model = om::read_om(file, file->bytes());
  ir::find_external(*model);
  return model;
}

std::unique_ptr<ir::Model> om2(const std::shared_ptr<const FileBytes>& file, Kind /*kind*/) {
  return om::read_om2(file);
}

/// ONNX comes as protobuf or, rarely, as protobuf text.
std::unique_ptr<ir::Model> onnx(const std::shared_ptr<const FileBytes>& file, Kind kind) {
  if (graphtext::recognise(as_text(file->bytes().first(std::min<size_t>(file->size(), 256)))) ==
      Kind::kUnknown) {
    return onnx::read_onnx(file);
  }
  return graphtext::read_graphtext(file, kind);
}

struct KindReader {
  Kind kind;
  Reader read;
};

// A new format is one line here, and one in detect.cpp.
constexpr std::array kReaders = {
    KindReader{Kind::kOm, whole_om},
    KindReader{Kind::kOmHiai, whole_om},
    KindReader{Kind::kOmSvp, whole_om},
    KindReader{Kind::kOmFlow, whole_om},
    KindReader{Kind::kOmBundle, whole_om},
    KindReader{Kind::kOmLite, whole_om},
    KindReader{Kind::kOm2, om2},
    KindReader{Kind::kOnnx, onnx},
    KindReader{Kind::kGeProtoText, graphtext::read_graphtext},
    KindReader{Kind::kGeOnnxText, graphtext::read_graphtext},
    KindReader{Kind::kAtcJson, graphtext::read_graphtext},
};

/// Tensors of a run and configuration have readers of their own.
Detection no_model(Kind kind) {
  return {Kind::kUnknown, std::string(to_string(kind)),
          fmt::format("it is {}, which holds no model; name a model", describe(kind))};
}

}  // namespace

ReadResult read_model(const std::shared_ptr<const FileBytes>& file) {
  return read_model(file, detect(file->bytes()));
}

ReadResult read_model(const std::shared_ptr<const FileBytes>& file, Detection detection) {
  ReadResult result;
  result.detection = std::move(detection);
  for (const KindReader& reader : kReaders) {
    if (reader.kind != result.detection.kind) continue;
    result.model = reader.read(file, reader.kind);
    return result;
  }
  if (result.detection.kind != Kind::kUnknown) result.detection = no_model(result.detection.kind);
  result.model = std::make_unique<ir::Model>(file, Kind::kUnknown);
  result.model->problems.error(Code::kUnknownKind, std::nullopt, "", result.detection.explanation);
  result.model->account = result.model->byte_map.account(file->bytes());
  return result;
}

Result<ReadResult> read_model(const std::string& path) {
  auto file = FileBytes::open(path);
  if (!file) return file.error();
  return read_model(*file);
}

}  // namespace omscope
