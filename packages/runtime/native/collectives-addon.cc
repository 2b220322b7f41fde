// Node addon for collective operations over processes: `join` and the calls below it for JavaScript, and the operation DiffganAllReduce for
// graphs and for tfjs, which sums a tensor over the processes of the group that this process has joined.
//
// A library of its own beside the graph addon: it is loaded by those alone who join a group.
#include <node_api.h>

#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "collective-group.h"
#include "kernel-io.h"
#include "napi-values.h"
#include "tensorflow/c/kernels.h"
#include "tensorflow/c/ops.h"

namespace diffgan {
namespace {

// Counts up whenever JavaScript and this file must change together.
constexpr int kApiVersion = 2;

std::mutex groupMutex;
std::shared_ptr<CollectiveGroup> joined;

std::shared_ptr<CollectiveGroup> currentGroup() {
  const std::lock_guard<std::mutex> lock(groupMutex);
  return joined;
}

std::shared_ptr<CollectiveGroup> requireGroup() {
  auto group = currentGroup();
  if (!group) throw TensorflowError("this process is in no group");
  return group;
}

std::string bytesOf(napi_env env, napi_value value, const char* expected) {
  const Bytes bytes = toBytes(env, value, expected);
  return {static_cast<const char*>(bytes.data), bytes.size};
}

/** join(ServerDef, ConfigProto, size, seconds) starts the server of this process. */
napi_value join(napi_env env, napi_callback_info info) {
  return guarded(env, [&]() -> napi_value {
    const auto given = arguments(env, info, 4);
    if (currentGroup()) throw TensorflowError("join: this process is in a group already");
    double limit = 0;
    check(env, napi_get_value_double(env, given[3], &limit), "join: the time limit must be a number");
    auto group = std::make_shared<CollectiveGroup>(
        bytesOf(env, given[0], "join: serverDef must be a Uint8Array"),
        bytesOf(env, given[1], "join: config must be a Uint8Array"),
        static_cast<int>(toInteger(env, given[2], 2, 1 << 20, "join: size must be a number of processes")), limit);
    const std::lock_guard<std::mutex> lock(groupMutex);
    joined = std::move(group);
    return nullptr;
  });
}

/** leave() stops the server, once what is in progress has ended. */
napi_value leave(napi_env env, napi_callback_info) {
  return guarded(env, [&]() -> napi_value {
    std::shared_ptr<CollectiveGroup> group;
    {
      const std::lock_guard<std::mutex> lock(groupMutex);
      group.swap(joined);
    }
    return nullptr;
  });
}

/** watch(tasks): a collective that waits for one of these that is gone fails. */
napi_value watch(napi_env env, napi_callback_info info) {
  return guarded(env, [&]() -> napi_value {
    requireGroup()->watch(toStrings(env, arguments(env, info, 1)[0], "watch: tasks must be an array of strings"));
    return nullptr;
  });
}

/** Work beside the JavaScript thread that fulfils a promise with a tensor's values, or with nothing. */
struct Work {
  std::shared_ptr<CollectiveGroup> group;
  TF_Tensor* input = nullptr;
  std::function<TF_Tensor*(Work&)> run;
  TF_Tensor* result = nullptr;
  Status status;
  napi_deferred deferred = nullptr;
  napi_async_work work = nullptr;

  ~Work() {
    if (input) TF_DeleteTensor(input);
    if (result) TF_DeleteTensor(result);
  }
};

napi_value valuesOf(napi_env env, TF_Tensor* tensor) {
  napi_value buffer, array;
  void* data = nullptr;
  const size_t size = TF_TensorByteSize(tensor);
  check(env, napi_create_arraybuffer(env, size, &data, &buffer), "there is not enough memory");
  if (size) std::memcpy(data, TF_TensorData(tensor), size);
  const auto type = TF_TensorType(tensor) == TF_FLOAT ? napi_float32_array : napi_int32_array;
  check(env, napi_create_typedarray(env, type, size / 4, buffer, 0, &array), "no array");
  return array;
}

void settle(napi_env env, napi_status, void* data) {
  std::unique_ptr<Work> work(static_cast<Work*>(data));
  napi_delete_async_work(env, work->work);
  napi_value value = nullptr;
  const bool ok = work->status.ok();
  if (!ok) {
    napi_value message;
    napi_create_string_utf8(env, work->status.message().c_str(), NAPI_AUTO_LENGTH, &message);
    napi_create_error(env, nullptr, message, &value);
  } else if (work->result) {
    value = valuesOf(env, work->result);
  } else {
    napi_get_undefined(env, &value);
  }
  if (ok) napi_resolve_deferred(env, work->deferred, value);
  else napi_reject_deferred(env, work->deferred, value);
}

napi_value start(napi_env env, std::unique_ptr<Work> work) {
  napi_value promise;
  check(env, napi_create_promise(env, &work->deferred, &promise), "no promise");
  check(env,
        napi_create_async_work(
            env, nullptr, text(env, "diffgan collective"),
            [](napi_env, void* data) {
              auto* own = static_cast<Work*>(data);
              own->result = own->run(*own);
            },
            settle, work.get(), &work->work),
        "no worker");
  check(env, napi_queue_async_work(env, work->work), "no worker");
  work.release();
  return promise;
}

/** A tensor [n] with a copy of a Float32Array or an Int32Array. */
TF_Tensor* tensorOf(napi_env env, napi_value value) {
  constexpr const char* expected = "values must be a Float32Array or an Int32Array";
  const Bytes bytes = toBytes(env, value, expected);
  napi_typedarray_type type;
  check(env, napi_get_typedarray_info(env, value, &type, nullptr, nullptr, nullptr, nullptr), expected);
  if (type != napi_float32_array && type != napi_int32_array) throw ArgumentError(expected);
  const int64_t dims[] = {static_cast<int64_t>(bytes.size / 4)};
  TF_Tensor* tensor = TF_AllocateTensor(type == napi_float32_array ? TF_FLOAT : TF_INT32, dims, 1, bytes.size);
  if (bytes.size) std::memcpy(TF_TensorData(tensor), bytes.data, bytes.size);
  return tensor;
}

/** allReduce(values) → promise of the sums. */
napi_value allReduce(napi_env env, napi_callback_info info) {
  return guarded(env, [&] {
    auto work = std::make_unique<Work>();
    work->group = requireGroup();
    work->input = tensorOf(env, arguments(env, info, 1)[0]);
    work->run = [](Work& own) { return own.group->sum(own.input, own.status); };
    return start(env, std::move(work));
  });
}

/** checkPeer(task, milliseconds) → promise that fails when the process does not answer. */
napi_value checkPeer(napi_env env, napi_callback_info info) {
  return guarded(env, [&] {
    const auto given = arguments(env, info, 2);
    const std::string task = toString(env, given[0], "checkPeer: task must be a string");
    const int64_t limit = toInteger(env, given[1], 1, INT32_MAX, "checkPeer: milliseconds must be a number");
    auto work = std::make_unique<Work>();
    work->group = requireGroup();
    work->run = [task, limit](Work& own) -> TF_Tensor* {
      own.group->checkPeer(task, limit, own.status);
      return nullptr;
    };
    return start(env, std::move(work));
  });
}

/** spent() → seconds that this process has been in collectives. */
napi_value spent(napi_env env, napi_callback_info) {
  return guarded(env, [&] { return number(env, requireGroup()->seconds()); });
}

// DiffganAllReduce: values: T → sums: T.

void computeAllReduce(void*, TF_OpKernelContext* context) {
  Status status;
  TF_Tensor* input = nullptr;
  TF_GetInput(context, 0, &input, status);
  TF_Tensor* result = nullptr;
  if (status.ok()) {
    const auto group = currentGroup();
    if (group) result = group->sum(input, status);
    else TF_SetStatus(status, TF_FAILED_PRECONDITION, "DiffganAllReduce: this process is in no group");
  }
  if (status.ok()) TF_SetOutput(context, 0, result, status);
  if (!status.ok()) TF_OpKernelContext_Failure(context, status);
  if (input) TF_DeleteTensor(input);
  if (result) TF_DeleteTensor(result);
}

void* createNothing(TF_OpKernelConstruction*) { return nullptr; }
void deleteNothing(void*) {}

void sameShape(TF_ShapeInferenceContext* context, TF_Status* status) {
  TF_ShapeHandle* handle = TF_NewShapeHandle();
  TF_ShapeInferenceContextGetInput(context, 0, handle, status);
  if (TF_GetCode(status) == TF_OK) TF_ShapeInferenceContextSetOutput(context, 0, handle, status);
  TF_DeleteShapeHandle(handle);
}

void registerAllReduce() {
  constexpr const char* name = "DiffganAllReduce";
  Status status;
  TF_OpDefinitionBuilder* builder = TF_NewOpDefinitionBuilder(name);
  TF_OpDefinitionBuilderAddInput(builder, "values: T");
  TF_OpDefinitionBuilderAddOutput(builder, "sums: T");
  TF_OpDefinitionBuilderAddAttr(builder, "T: {float, int32}");
  // Not to be shared with another of the same input, nor left out: the other processes wait for it.
  TF_OpDefinitionBuilderSetIsStateful(builder, true);
  TF_OpDefinitionBuilderSetShapeInferenceFunction(builder, sameShape);
  TF_RegisterOpDefinition(builder, status);
  if (status.ok())
    TF_RegisterKernelBuilder(name, TF_NewKernelBuilder(name, "CPU", createNothing, computeAllReduce, deleteNothing), status);
}

}  // namespace
}  // namespace diffgan

NAPI_MODULE_INIT() {
  using namespace diffgan;
  static std::once_flag registered;
  std::call_once(registered, registerAllReduce);
  addFunction(env, exports, "join", join);
  addFunction(env, exports, "leave", leave);
  addFunction(env, exports, "watch", watch);
  addFunction(env, exports, "allReduce", allReduce);
  addFunction(env, exports, "checkPeer", checkPeer);
  addFunction(env, exports, "spent", spent);
  guarded(env, [&]() -> napi_value {
    setProperty(env, exports, "apiVersion", number(env, kApiVersion));
    setProperty(env, exports, "tensorflow", text(env, TF_Version()));
    return nullptr;
  });
  return exports;
}
