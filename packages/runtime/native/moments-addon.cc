// Node addon for the sums behind means and covariances, in float64, which tensors do not have.
//
// A library of its own beside the graph addon: it takes no part in graphs.
#include <node_api.h>

#include "add-moments.h"
#include "napi-values.h"

namespace diffgan {
namespace {

// Counts up whenever JavaScript and this file must change together.
constexpr int kApiVersion = 1;

struct Doubles {
  double* data = nullptr;
  size_t length = 0;
};

Doubles toDoubles(napi_env env, napi_value value, const char* expected) {
  napi_typedarray_type type;
  Doubles doubles;
  void* data = nullptr;
  bool isTyped = false;
  napi_is_typedarray(env, value, &isTyped);
  if (!isTyped) throw ArgumentError(expected);
  check(env, napi_get_typedarray_info(env, value, &type, &doubles.length, &data, nullptr, nullptr), expected);
  if (type != napi_float64_array) throw ArgumentError(expected);
  doubles.data = static_cast<double*>(data);
  return doubles;
}

/** addMoments(vectors, shift, sum, scatter) adds vectors to their sums, in place; all are Float64Arrays. */
napi_value addMomentsOf(napi_env env, napi_callback_info info) {
  return guarded(env, [&]() -> napi_value {
    const auto given = arguments(env, info, 4);
    const Doubles vectors = toDoubles(env, given[0], "addMoments: vectors must be a Float64Array");
    const Doubles shift = toDoubles(env, given[1], "addMoments: shift must be a Float64Array");
    const Doubles sum = toDoubles(env, given[2], "addMoments: sum must be a Float64Array");
    const Doubles scatter = toDoubles(env, given[3], "addMoments: scatter must be a Float64Array");
    const size_t dim = shift.length;
    if (dim == 0 || vectors.length % dim) throw ArgumentError("addMoments: vectors must be whole ones of the length of shift");
    if (sum.length != dim) throw ArgumentError("addMoments: sum must have the length of shift");
    if (scatter.length != dim * (dim + 1) / 2) throw ArgumentError("addMoments: scatter must be the upper triangle");
    addMoments({vectors.data, shift.data, sum.data, scatter.data, static_cast<int64_t>(vectors.length / dim),
                static_cast<int64_t>(dim)});
    return nullptr;
  });
}

}  // namespace
}  // namespace diffgan

NAPI_MODULE_INIT() {
  using namespace diffgan;
  addFunction(env, exports, "addMoments", addMomentsOf);
  guarded(env, [&]() -> napi_value {
    setProperty(env, exports, "apiVersion", number(env, kApiVersion));
    return nullptr;
  });
  return exports;
}
