// JavaScript objects around graphs and tensors.
#pragma once

#include <node_api.h>

#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "graph.h"
#include "napi-values.h"
#include "tensorflow/c/c_api.h"

namespace diffgan {

struct TensorDeleter {
  void operator()(TF_Tensor* tensor) const { TF_DeleteTensor(tensor); }
};
using TensorPointer = std::shared_ptr<TF_Tensor>;

inline TensorPointer share(TF_Tensor* tensor) { return TensorPointer(tensor, TensorDeleter()); }

constexpr napi_type_tag kGraphTag = {0x9d1f6a3b5c2e4780, 0x8e0a7d4c91b3f526};
constexpr napi_type_tag kTensorTag = {0x3b8e52c7f0a94d16, 0xa5c4196e7d2f8b03};

template <typename T>
void finalize(napi_env env, void* data, void*) {
  auto* held = static_cast<std::shared_ptr<T>*>(data);
  if constexpr (std::is_same_v<T, TF_Tensor>) {
    int64_t total;
    if (*held) napi_adjust_external_memory(env, -static_cast<int64_t>(TF_TensorByteSize(held->get())), &total);
  }
  delete held;
}

template <typename T>
napi_value wrap(napi_env env, std::shared_ptr<T> value, const napi_type_tag& tag) {
  napi_value object;
  check(env, napi_create_object(env, &object), "an object cannot be made");
  auto held = std::make_unique<std::shared_ptr<T>>(std::move(value));
  check(env, napi_wrap(env, object, held.get(), finalize<T>, nullptr, nullptr), "an object cannot be made");
  held.release();
  check(env, napi_type_tag_object(env, object, &tag), "an object cannot be made");
  return object;
}

/** What an object of ours holds; throws when it is not one, and when it was freed. */
template <typename T>
std::shared_ptr<T>& unwrap(napi_env env, napi_value value, const napi_type_tag& tag, const char* name) {
  napi_valuetype type = napi_undefined;
  napi_typeof(env, value, &type);
  bool matches = false;
  if (type == napi_object) napi_check_object_type_tag(env, value, &tag, &matches);
  if (!matches) throw ArgumentError(std::string(name) + " must be a " + name + " of this addon");
  void* data = nullptr;
  check(env, napi_unwrap(env, value, &data), name);
  return *static_cast<std::shared_ptr<T>*>(data);
}

template <typename T>
std::shared_ptr<T> alive(napi_env env, napi_value value, const napi_type_tag& tag, const char* name) {
  auto held = unwrap<T>(env, value, tag, name);
  if (!held) throw ArgumentError(std::string("this ") + name + " was freed");
  return held;
}

inline std::shared_ptr<Graph> toGraph(napi_env env, napi_value value) { return alive<Graph>(env, value, kGraphTag, "graph"); }

inline TensorPointer toTensor(napi_env env, napi_value value) { return alive<TF_Tensor>(env, value, kTensorTag, "tensor"); }

inline std::vector<int64_t> dimsOf(const TF_Tensor* tensor) {
  std::vector<int64_t> dims;
  for (int d = 0; d < TF_NumDims(tensor); d++) dims.push_back(TF_Dim(tensor, d));
  return dims;
}

inline napi_value wrapTensor(napi_env env, TensorPointer tensor) {
  const auto dims = dimsOf(tensor.get());
  const int type = TF_TensorType(tensor.get());
  int64_t total;
  // Lets the garbage collector know how much hangs on these small objects.
  napi_adjust_external_memory(env, static_cast<int64_t>(TF_TensorByteSize(tensor.get())), &total);
  napi_value object = wrap<TF_Tensor>(env, std::move(tensor), kTensorTag);
  setProperty(env, object, "dtype", number(env, type));
  setProperty(env, object, "shape", shapeArray(env, dims));
  return object;
}

}  // namespace diffgan
