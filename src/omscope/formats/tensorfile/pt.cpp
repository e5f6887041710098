#include "omscope/formats/tensorfile/pt.h"

#include <algorithm>
#include <array>
#include <map>

#include "omscope/core/text.h"
#include "omscope/formats/tensorfile/elements.h"
#include "omscope/formats/tensorfile/pickle.h"
#include "omscope/formats/tensorfile/strided.h"
#include "omscope/formats/tensorfile/zip_directory.h"

namespace omscope::tensorfile {
namespace {

using Type = PickleValue::Type;

constexpr std::string_view kPickle = "data.pkl";
/// PROTO 2, LONG1 of the number that torch before 1.6 begins a file with.
constexpr std::string_view kOldMagic = "\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19";

/// Storage classes by the dtype they hold. UntypedStorage counts bytes; the call then names a
/// dtype.
struct StorageClass {
  std::string_view name;
  DType dtype;
};
constexpr std::array kStorages = {
    StorageClass{"FloatStorage", DType::kFloat32},
    StorageClass{"HalfStorage", DType::kFloat16},
    StorageClass{"BFloat16Storage", DType::kBFloat16},
    StorageClass{"DoubleStorage", DType::kFloat64},
    StorageClass{"ByteStorage", DType::kUInt8},
    StorageClass{"CharStorage", DType::kInt8},
    StorageClass{"ShortStorage", DType::kInt16},
    StorageClass{"IntStorage", DType::kInt32},
    StorageClass{"LongStorage", DType::kInt64},
    StorageClass{"BoolStorage", DType::kBool},
    StorageClass{"ComplexFloatStorage", DType::kComplex64},
    StorageClass{"ComplexDoubleStorage", DType::kComplex128},
    StorageClass{"QInt8Storage", DType::kQInt8},
    StorageClass{"QInt32Storage", DType::kQInt32},
    StorageClass{"QUInt8Storage", DType::kQUInt8},
    StorageClass{"UntypedStorage", DType::kUndefined},
};

const StorageClass* storage_class(std::string_view global) {
  std::string_view name = global.substr(global.find('\n') + 1);
  for (const StorageClass& row : kStorages) {
    if (row.name == name) return &row;
  }
  return nullptr;
}

std::string_view name_of(std::string_view global) {
  return global.substr(global.find('\n') + 1);
}
std::string_view module_of(std::string_view global) {
  return global.substr(0, global.find('\n'));
}

bool is_torch(std::string_view module) {
  return module == "torch" || module.starts_with("torch.") || module == "torch_npu" ||
         module.starts_with("torch_npu.");
}

constexpr std::array<std::string_view, 4> kRebuilds = {"_rebuild_tensor_v2", "_rebuild_tensor",
                                                       "_rebuild_tensor_v3", "_rebuild_npu_tensor"};
constexpr std::array<std::string_view, 2> kParameters = {"_rebuild_parameter",
                                                         "_rebuild_parameter_with_state"};

template <class Names>
bool is_one_of(std::string_view name, const Names& names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// The whole list of what a pickle may name.
bool is_allowed(std::string_view global) {
  const std::string_view name = name_of(global);
  if (module_of(global) == "collections") return name == "OrderedDict";
  if (!is_torch(module_of(global))) return false;
  return is_one_of(name, kRebuilds) || is_one_of(name, kParameters) || name == "Size" ||
         name == "device" || storage_class(global) != nullptr ||
         (module_of(global) == "torch" && dtype_from_name(name) != DType::kUndefined);
}

class PtReader {
 public:
  PtReader(ir::TensorFile& out, Budget& budget, const ZipDirectory& directory)
      : out_(out), budget_(budget), unpacker_(out.file->bytes()) {
    for (const ZipMember& member : directory.members) members_.emplace(member.name, &member);
  }

  void read(const ZipMember& pickle) {
    prefix_ = pickle.name.substr(0, pickle.name.size() - kPickle.size());
    if (const ZipMember* order = find("byteorder")) big_endian_ = as_text(order->data) == "big";
    if (const ZipMember* version = find("version")) {
      out_.version = for_terminal(shortened(as_utf8(as_text(version->data)), 20));
      while (out_.version.ends_with("\\n")) out_.version.resize(out_.version.size() - 2);
    }
    const auto bytes = content(pickle);
    if (!bytes) return;
    auto read = Pickle::read(ByteCursor(out_.file->path(), *bytes, pickle.data_offset), is_allowed,
                             budget_);
    if (!read) {
      out_.problems.add(read.error());
      return;
    }
    pickle_ = &*read;
    walk(read->root(), "", 0);
    if (out_.tensors.empty()) {
      out_.problems.warning(Code::kBadValue, std::nullopt, "data.pkl", "holds no tensor");
    }
  }

 private:
  const ZipMember* find(std::string_view name) const {
    const auto found = members_.find(std::string(prefix_) + std::string(name));
    return found == members_.end() ? nullptr : found->second;
  }

  /// The bytes of a member, in place where it is stored.
  std::optional<ByteView> content(const ZipMember& member) {
    if (member.stored) return member.data;
    if (!budget_.take(member.size)) {
      out_.problems.error(Code::kTooLarge, member.header_offset, for_terminal(as_utf8(member.name)),
                          "unpacks to far more than the archive can justify; left out");
      return std::nullopt;
    }
    const auto room = own_room(out_, member.size);
    if (!room) {
      out_.problems.add(room.error());
      return std::nullopt;
    }
    auto unpacked = unpacker_.unpack(member, *room);
    if (!unpacked) {
      unpacked.error().file = out_.file->path();
      out_.problems.add(unpacked.error());
      return std::nullopt;
    }
    return ByteView(*room);
  }

  static std::string joined(const std::string& path, const std::string& part) {
    return path.empty() ? part : path + "." + part;
  }

  std::string key_text(const PickleValue& key) const {
    if (key.type == Type::kText) return as_utf8(key.text);
    return key.type == Type::kInteger ? fmt::format("{}", key.integer) : "?";
  }

  void walk(const PickleValue& value, const std::string& path, int depth) {
    constexpr int kMostDepth = 32;
    // Values may be shared, so a short pickle can spell a tree of any size.
    constexpr uint64_t kStep = 64;
    if (depth > kMostDepth || !budget_.take(kStep + path.size())) {
      if (!stopped_) {
        out_.problems.error(Code::kTooDeep, std::nullopt, for_terminal(shortened(path, 60)),
                            "lists and dicts are nested deeper, or are larger, than any "
                            "checkpoint; the rest was left out");
      }
      stopped_ = true;
    }
    if (stopped_) return;
    if (value.type == Type::kList || value.type == Type::kTuple) {
      for (size_t i = 0; i < value.items.size(); ++i) {
        walk(pickle_->item(value, i), joined(path, fmt::format("{}", i)), depth + 1);
      }
    } else if (value.type == Type::kDict) {
      for (size_t i = 0; i + 1 < value.items.size(); i += 2) {
        walk(pickle_->item(value, i + 1), joined(path, key_text(pickle_->item(value, i))),
             depth + 1);
      }
    } else if (value.type == Type::kCall) {
      read_call(value, path, depth);
    }
  }

  void read_call(const PickleValue& call, const std::string& path, int depth) {
    const std::string_view name = name_of(pickle_->item(call, 0).text);
    const PickleValue& arguments = pickle_->item(call, 1);
    if (is_one_of(name, kParameters)) {
      walk(pickle_->item(arguments, 0), path, depth + 1);
    } else if (is_one_of(name, kRebuilds)) {
      read_tensor(arguments, path.empty() ? "output:0" : path);
    } else if (name == "OrderedDict") {
      // Python pickles a filled one as a call with a list of pairs when it is not built in steps.
      for (const uint32_t pair : pickle_->item(arguments, 0).items) {
        const PickleValue& both = (*pickle_)[pair];
        walk(pickle_->item(both, 1), joined(path, key_text(pickle_->item(both, 0))), depth + 1);
      }
    }
  }

  std::vector<int64_t> integers(const PickleValue& value) const {
    // torch.Size is a call with a tuple.
    if (value.type == Type::kCall) return integers(pickle_->item(pickle_->item(value, 1), 0));
    constexpr size_t kMostDims = 64;
    std::vector<int64_t> out;
    if (value.type != Type::kTuple && value.type != Type::kList) return out;
    for (size_t i = 0; i < std::min(value.items.size(), kMostDims + 1); ++i) {
      out.push_back(pickle_->item(value, i).integer);
    }
    return out;
  }

  void fail(ir::StoredTensor& tensor, Code code, std::string why) {
    tensor.payload = ir::Payload::kElsewhere;
    tensor.note = why;
    out_.problems.error(code, std::nullopt, for_terminal(tensor.name), std::move(why));
  }

  /// (storage, offset, size, stride, …); version 3 names the dtype behind hooks.
  void read_tensor(const PickleValue& arguments, const std::string& name) {
    if (!budget_.take(2 * sizeof(ir::StoredTensor) + name.size())) {
      stopped_ = true;
      return;
    }
    ir::StoredTensor tensor;
    tensor.name = name;
    tensor.shape = integers(pickle_->item(arguments, 2));
    tensor.has_shape = true;
    const PickleValue& id = pickle_->item(pickle_->item(arguments, 0), 0);
    const StorageClass* storage = storage_class(pickle_->item(id, 1).text);
    if (pickle_->item(arguments, 0).type != Type::kPersistent || id.type != Type::kTuple ||
        storage == nullptr) {
      fail(tensor, Code::kBadHeader, "its storage is not described as torch does; left out");
    } else {
      tensor.dtype = storage->dtype;
      const PickleValue& named = pickle_->item(arguments, 6);
      if (named.type == Type::kGlobal) tensor.dtype = dtype_from_name(name_of(named.text));
      place(tensor, arguments, pickle_->item(id, 2));
    }
    out_.tensors.push_back(std::move(tensor));
  }

  void place(ir::StoredTensor& tensor, const PickleValue& arguments, const PickleValue& key) {
    const std::vector<int64_t> strides = integers(pickle_->item(arguments, 3));
    const int64_t offset = pickle_->item(arguments, 1).integer;
    const uint64_t width = dtype_info(tensor.dtype).bits / 8;
    const auto size = product_bytes(tensor.shape, width);
    const Strided view{tensor.shape, strides, static_cast<uint64_t>(offset)};
    const auto reach = reach_of(view);
    uint64_t needed = 0;
    if (width == 0) return fail(tensor, Code::kUnknownKind, "its element type is not known");
    if (!size || !reach || offset < 0 || __builtin_mul_overflow(*reach, width, &needed)) {
      return fail(tensor, Code::kBadCount, "its shape and strides cannot be right; left out");
    }
    tensor.size = *size;
    const ZipMember* member = find("data/" + key_text(key));
    if (member == nullptr || member->data_offset == 0) {
      return fail(tensor, Code::kBadArchive,
                  "the archive does not hold its storage; get the file again");
    }
    const auto storage = content_once(*member);
    if (!storage) return fail(tensor, Code::kBadArchive, "its storage cannot be unpacked");
    tensor.offset = member->data_offset + view.offset * width;
    tensor.bytes = {};
    if (needed > storage->size()) {
      tensor.payload = ir::Payload::kCut;
      out_.problems.error(Code::kTruncated, member->data_offset, for_terminal(tensor.name),
                          fmt::format("needs {} bytes of its storage, which has {}; the file is "
                                      "cut, get it again",
                                      needed, storage->size()));
      const bool in_order = order_of(view) == Order::kC && view.offset * width < storage->size();
      if (in_order) tensor.bytes = storage->subspan(view.offset * width);
      return;
    }
    take_elements(tensor, view, *storage, width);
  }

  void take_elements(ir::StoredTensor& tensor, const Strided& view, ByteView storage,
                     uint64_t width) {
    const Order order = order_of(view);
    tensor.fortran_order = order == Order::kFortran;
    if (tensor.size == 0) return;
    const bool is_complex = tensor.dtype == DType::kComplex64 || tensor.dtype == DType::kComplex128;
    const bool turn = big_endian_ && width > 1;
    if ((order == Order::kOther || turn) && !budget_.take(2 * tensor.size)) {
      return fail(tensor, Code::kTooLarge,
                  "its elements are spread by strides and take far more room than the file; save "
                  "it with .contiguous()");
    }
    if (order == Order::kOther) {
      const auto room = own_room(out_, tensor.size);
      if (!room) return no_room(tensor, room.error());
      gather(view, storage, width, *room);
      tensor.bytes = *room;
      tensor.note = "put in order from a view with strides";
    } else {
      tensor.bytes = storage.subspan(view.offset * width, tensor.size);
    }
    if (!turn) return;
    const auto turned = own_swapped(out_, tensor.bytes, is_complex ? width / 2 : width);
    if (!turned) return no_room(tensor, turned.error());
    tensor.bytes = *turned;
  }

  void no_room(ir::StoredTensor& tensor, const Problem& why) {
    tensor.bytes = {};
    tensor.payload = ir::Payload::kElsewhere;
    out_.problems.add(why);
  }

  /// Storages are shared by views.
  std::optional<ByteView> content_once(const ZipMember& member) {
    const auto known = contents_.find(&member);
    if (known != contents_.end()) return known->second;
    return contents_[&member] = content(member);
  }

  ir::TensorFile& out_;
  Budget& budget_;
  Unpacker unpacker_;
  std::map<std::string, const ZipMember*, std::less<>> members_;
  std::map<const ZipMember*, std::optional<ByteView>> contents_;
  std::string_view prefix_;
  const Pickle* pickle_ = nullptr;
  bool big_endian_ = false;
  bool stopped_ = false;
};

const ZipMember* find_pickle(const ZipDirectory& directory) {
  for (const ZipMember& member : directory.members) {
    if (member.name == kPickle ||
        (member.name.ends_with(kPickle) && member.name[member.name.size() - 9] == '/')) {
      return &member;
    }
  }
  return nullptr;
}

}  // namespace

bool looks_like_pt(ByteView bytes) {
  if (as_text(bytes).starts_with(kOldMagic)) return true;
  if (!starts_like_zip(bytes)) return false;
  Budget budget(bytes.size());
  const ZipDirectory directory = read_zip_directory("", bytes, budget);
  return find_pickle(directory) != nullptr;
}

std::unique_ptr<ir::TensorFile> read_pt(const std::shared_ptr<const FileBytes>& file) {
  auto out = std::make_unique<ir::TensorFile>(file, Kind::kPt);
  Budget budget(file->size());
  if (as_text(file->bytes()).starts_with(kOldMagic)) {
    out->problems.error(Code::kUnknownKind, 0, "",
                        "was written by torch before 1.6 (or without its zip format), which is "
                        "not read; load it with torch and save it again");
    out->byte_map.add(0, file->size(), "old PyTorch file");
  } else {
    const ZipDirectory directory = read_zip_directory(file->path(), file->bytes(), budget);
    if (directory.fault) out->problems.add(*directory.fault);
    for (const ZipMember& member : directory.members) {
      if (member.data_offset == 0) continue;
      out->byte_map.add(member.header_offset, member.data_offset - member.header_offset,
                        "zip header");
      out->byte_map.add(member.data_offset, member.data.size(), as_utf8(member.name));
    }
    if (directory.offset > 0) {
      out->byte_map.add(directory.offset, file->size() - directory.offset, "zip directory");
    }
    if (const ZipMember* pickle = find_pickle(directory)) {
      PtReader(*out, budget, directory).read(*pickle);
    } else {
      out->problems.error(Code::kUnknownKind, std::nullopt, "data.pkl",
                          "is not in the archive; it holds no PyTorch tensors");
    }
  }
  out->account = out->byte_map.account(file->bytes());
  return out;
}

}  // namespace omscope::tensorfile
