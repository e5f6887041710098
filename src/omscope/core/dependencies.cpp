#include "omscope/core/dependencies.h"

#include <elfutils/version.h>
#include <fmt/format.h>
#include <google/protobuf/stubs/common.h>
#include <nlohmann/json.hpp>
#include <onnx/onnx_pb.h>
// Needs the name of the namespace that the header before it defines.
#include <onnx/common/version.h>
#include <openssl/opensslv.h>
#include <tbb/version.h>
#include <zip.h>
#include <zlib.h>

namespace omscope {

std::vector<Dependency> dependencies() {
  constexpr int kThousand = 1000;
  constexpr int kMillion = kThousand * kThousand;
  return {
      {"fmt",
       fmt::format("{}.{}.{}", FMT_VERSION / 10000, FMT_VERSION / 100 % 100, FMT_VERSION % 100)},
      {"oneTBB", fmt::format("{}.{}", TBB_VERSION_MAJOR, TBB_VERSION_MINOR)},
      {"nlohmann-json", fmt::format("{}.{}.{}", NLOHMANN_JSON_VERSION_MAJOR,
                                    NLOHMANN_JSON_VERSION_MINOR, NLOHMANN_JSON_VERSION_PATCH)},
      {"protobuf", fmt::format("{}.{}.{}", GOOGLE_PROTOBUF_VERSION / kMillion,
                               GOOGLE_PROTOBUF_VERSION / kThousand % kThousand,
                               GOOGLE_PROTOBUF_VERSION % kThousand)},
      {"ONNX", ONNX_NAMESPACE::LAST_RELEASE_VERSION},
      {"OpenSSL", OPENSSL_VERSION_STR},
      {"libelf", fmt::format("0.{}", _ELFUTILS_VERSION)},
      {"libzip", LIBZIP_VERSION},
      {"zlib", ZLIB_VERSION},
  };
}

}  // namespace omscope
