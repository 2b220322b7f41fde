// Conversions between JavaScript and C++ values. They throw C++ exceptions, which `guarded` turns into JavaScript's.
#pragma once

#include <node_api.h>

#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

#include "tensorflow/c/c_api.h"

namespace diffgan {

/** An argument of the wrong type: a TypeError in JavaScript. */
struct ArgumentError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/** TensorFlow refused: an Error in JavaScript, with TensorFlow's message. */
struct TensorflowError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/** A JavaScript exception is on its way already. */
struct PendingException {};

inline void check(napi_env env, napi_status status, const char* expected) {
  if (status == napi_ok) return;
  bool pending = false;
  napi_is_exception_pending(env, &pending);
  if (pending) throw PendingException();
  throw ArgumentError(expected);
}

/** TF_Status with its lifetime. */
class Status {
 public:
  Status() : status_(TF_NewStatus()) {}
  ~Status() { TF_DeleteStatus(status_); }
  Status(const Status&) = delete;
  Status& operator=(const Status&) = delete;
  operator TF_Status*() { return status_; }
  bool ok() const { return TF_GetCode(status_) == TF_OK; }
  std::string message() const { return TF_Message(status_); }
  void check(const std::string& where) const {
    if (!ok()) throw TensorflowError(where + ": " + message());
  }

 private:
  TF_Status* status_;
};

inline std::vector<napi_value> arguments(napi_env env, napi_callback_info info, size_t count) {
  std::vector<napi_value> values(count);
  size_t given = count;
  check(env, napi_get_cb_info(env, info, &given, values.data(), nullptr, nullptr), "the arguments cannot be read");
  return values;  // missing ones are undefined
}

inline std::string toString(napi_env env, napi_value value, const char* expected) {
  size_t length = 0;
  check(env, napi_get_value_string_utf8(env, value, nullptr, 0, &length), expected);
  std::string text(length, '\0');
  check(env, napi_get_value_string_utf8(env, value, &text[0], length + 1, &length), expected);
  return text;
}

/** A whole number between `low` and `high`. */
inline int64_t toInteger(napi_env env, napi_value value, int64_t low, int64_t high, const char* expected) {
  double number = 0;
  check(env, napi_get_value_double(env, value, &number), expected);
  if (!(number >= static_cast<double>(low) && number <= static_cast<double>(high)) ||
      number != static_cast<double>(static_cast<int64_t>(number)))
    throw ArgumentError(expected);
  return static_cast<int64_t>(number);
}

inline uint32_t arrayLength(napi_env env, napi_value value, const char* expected) {
  bool isArray = false;
  napi_is_array(env, value, &isArray);
  if (!isArray) throw ArgumentError(expected);
  uint32_t length = 0;
  check(env, napi_get_array_length(env, value, &length), expected);
  return length;
}

inline napi_value element(napi_env env, napi_value array, uint32_t index) {
  napi_value value;
  check(env, napi_get_element(env, array, index, &value), "an element cannot be read");
  return value;
}

inline std::vector<std::string> toStrings(napi_env env, napi_value value, const char* expected) {
  std::vector<std::string> texts;
  const uint32_t length = arrayLength(env, value, expected);
  for (uint32_t i = 0; i < length; i++) texts.push_back(toString(env, element(env, value, i), expected));
  return texts;
}

inline std::vector<int64_t> toShape(napi_env env, napi_value value) {
  constexpr const char* expected = "shape must be an array of sizes";
  std::vector<int64_t> dims;
  const uint32_t length = arrayLength(env, value, expected);
  for (uint32_t i = 0; i < length; i++) dims.push_back(toInteger(env, element(env, value, i), 0, INT32_MAX, expected));
  return dims;
}

/** The memory of a typed array; valid until JavaScript runs again. */
struct Bytes {
  void* data = nullptr;
  size_t size = 0;
};

inline Bytes toBytes(napi_env env, napi_value value, const char* expected) {
  napi_typedarray_type type;
  size_t length = 0, offset = 0;
  napi_value buffer;
  Bytes bytes;
  bool isTyped = false;
  napi_is_typedarray(env, value, &isTyped);
  if (!isTyped) throw ArgumentError(expected);
  check(env, napi_get_typedarray_info(env, value, &type, &length, &bytes.data, &buffer, &offset), expected);
  size_t width = 1;
  if (type == napi_float64_array || type == napi_bigint64_array || type == napi_biguint64_array) width = 8;
  if (type == napi_float32_array || type == napi_int32_array || type == napi_uint32_array) width = 4;
  if (type == napi_int16_array || type == napi_uint16_array) width = 2;
  bytes.size = length * width;
  return bytes;
}

inline napi_value number(napi_env env, double value) {
  napi_value result;
  check(env, napi_create_double(env, value, &result), "a number cannot be made");
  return result;
}

inline napi_value text(napi_env env, const std::string& value) {
  napi_value result;
  check(env, napi_create_string_utf8(env, value.c_str(), value.size(), &result), "a string cannot be made");
  return result;
}

inline napi_value newArray(napi_env env) {
  napi_value result;
  check(env, napi_create_array(env, &result), "an array cannot be made");
  return result;
}

inline void append(napi_env env, napi_value array, napi_value value) {
  uint32_t length = 0;
  napi_get_array_length(env, array, &length);
  check(env, napi_set_element(env, array, length, value), "an array cannot be filled");
}

inline napi_value shapeArray(napi_env env, const std::vector<int64_t>& dims) {
  napi_value result = newArray(env);
  for (int64_t d : dims) append(env, result, number(env, static_cast<double>(d)));
  return result;
}

inline void setProperty(napi_env env, napi_value object, const char* name, napi_value value) {
  check(env, napi_set_named_property(env, object, name, value), "a property cannot be set");
}

/** Gives an addon a function. */
inline void addFunction(napi_env env, napi_value exports, const char* name, napi_callback callback) {
  napi_value function;
  if (napi_create_function(env, name, NAPI_AUTO_LENGTH, callback, nullptr, &function) == napi_ok)
    napi_set_named_property(env, exports, name, function);
}

/** Runs the body of a function that JavaScript calls; no C++ exception leaves it. */
template <typename Body>
napi_value guarded(napi_env env, Body body) {
  try {
    return body();
  } catch (const PendingException&) {
  } catch (const ArgumentError& error) {
    napi_throw_type_error(env, nullptr, error.what());
  } catch (const std::exception& error) {
    napi_throw_error(env, nullptr, error.what());
  }
  return nullptr;
}

}  // namespace diffgan
