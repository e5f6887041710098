// The one way a function says that it could not do its work.
#pragma once

#include <cassert>
#include <utility>
#include <variant>

#include "omscope/core/problem.h"

namespace omscope {

/// A value, or the Problem that kept it from being made.
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::move(value)) {}            // NOLINT(google-explicit-constructor)
  Result(Problem problem) : state_(std::move(problem)) {}  // NOLINT(google-explicit-constructor)

  bool ok() const { return std::holds_alternative<T>(state_); }
  explicit operator bool() const { return ok(); }

  T& value() {
    assert(ok());
    return *std::get_if<T>(&state_);
  }
  const T& value() const {
    assert(ok());
    return *std::get_if<T>(&state_);
  }
  T& operator*() { return value(); }
  const T& operator*() const { return value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  Problem& error() {
    assert(!ok());
    return *std::get_if<Problem>(&state_);
  }
  const Problem& error() const {
    assert(!ok());
    return *std::get_if<Problem>(&state_);
  }

 private:
  std::variant<T, Problem> state_;
};

/// Success without a value.
struct Done {};

}  // namespace omscope
