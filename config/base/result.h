// Result<T>: a value, or an Error. It is what module edges return; exceptions stay inside adapters around third-party
// code and are converted there. An Error has a stable id for logs and scripts, a text for people (what to do next), and
// a detail that goes only to the log. Value type; no ownership beyond its members; safe to move between threads.
#pragma once

#include <string>
#include <utility>
#include <variant>

namespace mugai {

struct Error {
  std::string id;      // stable, lower-case, e.g. "spool.full"; each has a runbook entry
  std::string text;    // one line for a person
  std::string detail;  // for the log only: errno text, library message
};

template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

  explicit operator bool() const { return state_.index() == 0; }
  T& value() & { return std::get<0>(state_); }
  const T& value() const& { return std::get<0>(state_); }
  T&& value() && { return std::get<0>(std::move(state_)); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }
  const Error& error() const { return std::get<1>(state_); }

 private:
  std::variant<T, Error> state_;
};

struct Ok {};
using Status = Result<Ok>;

}  // namespace mugai
