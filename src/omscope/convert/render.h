// One tensor as it shall be written: in another layout, of another type, without padding.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "omscope/ir/tensor_file.h"
#include "omscope/tensor/convert_layout.h"
#include "omscope/tensor/encode.h"

namespace omscope::convert {

struct RenderOptions {
  std::string layout;           ///< "NCHW", "FRACTAL_Z:2"; empty: as stored
  std::string from_layout;      ///< of tensors whose file states none
  bool layout_if_fits = false;  ///< a tensor with other axes than `layout` is left in its own order
  std::optional<DType> dtype;   ///< nothing: as stored
  bool origin_shape = false;    ///< without padding, in the order of the origin
  bool c_order = false;         ///< Fortran order is turned into C order
};

/// What is to be written, without any memory for it. Refers to the tensor's bytes.
class Rendered {
 public:
  DType dtype = DType::kUndefined;  ///< kUndefined: codes without a meaning, one byte each
  Layout layout;
  std::vector<int64_t> shape;
  bool fortran_order = false;
  bool has_other_axes = false;     ///< than the layout that was wanted "if it fits"
  std::vector<std::string> notes;  ///< what had to be assumed, and what the values are not

  uint64_t count() const { return count_; }
  uint64_t size() const;
  /// The bytes as they lie in the file, when they are what is to be written.
  std::optional<ByteView> plain() const;

  /// Elements to make at once: at least a good piece of work, a multiple of eight.
  uint64_t block() const;
  /// Bytes of `count` elements.
  uint64_t bytes_of(uint64_t count) const;
  /// Writes elements [first, first + count) to `out`; `first` is a multiple of eight. From any
  /// thread. False: the source is too short.
  bool write(uint64_t first, uint64_t count, std::span<std::byte> out,
             tensor::EncodeLoss& loss) const;

  ByteView source() const { return source_; }

 private:
  friend Result<Rendered> render(const ir::StoredTensor& tensor, const RenderOptions& options);

  /// Without a type or a shape that holds, the bytes are all there is.
  void take_bytes(const ir::StoredTensor& tensor);
  /// The size that a header states is all there, but the shape needs more: elements in one dim.
  bool take_stated_size(const ir::StoredTensor& tensor, const RenderOptions& options);
  std::optional<Problem> change_layout(const ir::StoredTensor& tensor, const std::string& wanted);
  bool write_stored(uint64_t first, uint64_t count, std::span<std::byte> out) const;
  void write_transposed(uint64_t first, uint64_t count, std::span<std::byte> out) const;

  ByteView source_;
  DType stored_ = DType::kUndefined;
  uint64_t count_ = 0;
  std::optional<tensor::Conversion> conversion_;
  bool transpose_ = false;
};

/// The Problem says why not; it names the tensor, the file is for the caller to add.
Result<Rendered> render(const ir::StoredTensor& tensor, const RenderOptions& options);

}  // namespace omscope::convert
