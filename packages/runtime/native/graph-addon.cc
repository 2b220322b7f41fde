// Node addon over TensorFlow's C API: builds a graph node by node (TensorFlow infers the shapes), runs it in a session on the calling
// thread or on a worker, keeps tensors in TensorFlow between runs, and loads op libraries.
//
// JavaScript holds graphs and tensors as objects. `free…` releases what is behind one at once, the garbage collector otherwise; a run
// in progress keeps what it uses. Arrays are copied on the way in and out: TensorFlow drops its buffers on threads of its own, where the
// JavaScript heap must not be touched.
#include <node_api.h>

#include <cstring>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "graph.h"
#include "held-objects.h"
#include "napi-values.h"
#include "processor.h"
#include "tensorflow/c/c_api.h"

namespace diffgan {
namespace {

// Counts up whenever JavaScript and this file must change together.
constexpr int kApiVersion = 3;

napi_value createGraph(napi_env env, napi_callback_info) {
  return guarded(env, [&] { return wrap<Graph>(env, std::make_shared<Graph>(), kGraphTag); });
}

napi_value freeGraph(napi_env env, napi_callback_info info) {
  return guarded(env, [&]() -> napi_value {
    unwrap<Graph>(env, arguments(env, info, 1)[0], kGraphTag, "graph").reset();
    return nullptr;
  });
}

/** All that adding a node takes; read completely before TensorFlow's half-made node exists, which could not be given up. */
struct NodeRequest {
  std::string op, name;
  std::vector<std::pair<bool, std::vector<TF_Output>>> inputs;
  std::vector<std::pair<std::string, std::string>> attributes;
};

NodeRequest readNode(napi_env env, const Graph& graph, const std::vector<napi_value>& given) {
  constexpr const char* inputsExpected = "inputs must be an array of outputs or of lists of outputs";
  NodeRequest node{toString(env, given[1], "op must be a string"), toString(env, given[2], "name must be a string"), {}, {}};
  const uint32_t count = arrayLength(env, given[3], inputsExpected);
  for (uint32_t i = 0; i < count; i++) {
    napi_value input = element(env, given[3], i);
    bool isList = false;
    napi_is_array(env, input, &isList);
    std::vector<TF_Output> outputs;
    if (isList)
      for (const auto& name : toStrings(env, input, inputsExpected)) outputs.push_back(graph.output(name));
    else
      outputs.push_back(graph.output(toString(env, input, inputsExpected)));
    node.inputs.emplace_back(isList, std::move(outputs));
  }
  constexpr const char* attributesExpected = "attributes must be an object of Uint8Arrays";
  napi_value names;
  check(env, napi_get_property_names(env, given[4], &names), attributesExpected);
  for (const auto& name : toStrings(env, names, attributesExpected)) {
    napi_value value;
    check(env, napi_get_named_property(env, given[4], name.c_str(), &value), attributesExpected);
    const Bytes bytes = toBytes(env, value, attributesExpected);
    node.attributes.emplace_back(name, std::string(static_cast<const char*>(bytes.data), bytes.size));
  }
  return node;
}

/** addNode(graph, op, name, inputs, attributes as AttrValue messages) → [dtype, shape or null][] of the outputs. */
napi_value addNode(napi_env env, napi_callback_info info) {
  return guarded(env, [&] {
    const auto given = arguments(env, info, 5);
    const auto graph = toGraph(env, given[0]);
    if (graph->frozen()) throw TensorflowError("addNode: the graph has run and cannot grow any more");
    const NodeRequest node = readNode(env, *graph, given);
    if (TF_GraphOperationByName(graph->get(), node.name.c_str()))
      throw ArgumentError("addNode: the graph has a node \"" + node.name + "\" already");
    TF_OperationDescription* description = TF_NewOperation(graph->get(), node.op.c_str(), node.name.c_str());
    for (const auto& [isList, outputs] : node.inputs) {
      if (isList) TF_AddInputList(description, outputs.data(), static_cast<int>(outputs.size()));
      else TF_AddInput(description, outputs[0]);
    }
    std::string attributeError;
    for (const auto& [name, bytes] : node.attributes) {
      Status status;
      TF_SetAttrValueProto(description, name.c_str(), bytes.data(), bytes.size(), status);
      if (!status.ok() && attributeError.empty()) attributeError = status.message();
    }
    Status status;
    TF_Operation* operation = TF_FinishOperation(description, status);
    if (!attributeError.empty()) throw TensorflowError(node.op + ": " + attributeError);
    status.check(node.op);
    napi_value result = newArray(env);
    for (int i = 0; i < TF_OperationNumOutputs(operation); i++) {
      const TF_Output output{operation, i};
      napi_value pair = newArray(env), shape;
      append(env, pair, number(env, TF_OperationOutputType(output)));
      const int rank = TF_GraphGetTensorNumDims(graph->get(), output, status);
      status.check(node.op);
      if (rank < 0) {
        napi_get_null(env, &shape);
      } else {
        std::vector<int64_t> dims(rank);
        TF_GraphGetTensorShape(graph->get(), output, dims.data(), rank, status);
        status.check(node.op);
        shape = shapeArray(env, dims);
      }
      append(env, pair, shape);
      append(env, result, pair);
    }
    return result;
  });
}

/** createTensor(dtype, shape, typed array) → tensor; the array is copied. */
napi_value createTensor(napi_env env, napi_callback_info info) {
  return guarded(env, [&] {
    const auto given = arguments(env, info, 3);
    const auto type = static_cast<TF_DataType>(toInteger(env, given[0], 1, 64, "dtype must be a number of a type"));
    if (type != TF_FLOAT && type != TF_INT32 && type != TF_BOOL)
      throw ArgumentError("createTensor: dtype must be float32, int32 or bool");
    const auto dims = toShape(env, given[1]);
    const Bytes bytes = toBytes(env, given[2], "createTensor: data must be a typed array");
    size_t expected = TF_DataTypeSize(type);
    for (int64_t d : dims)
      if (__builtin_mul_overflow(expected, static_cast<size_t>(d), &expected))
        throw ArgumentError("createTensor: the shape is too large");
    if (expected != bytes.size) throw ArgumentError("createTensor: the length of data does not fit the shape");
    TF_Tensor* tensor = TF_AllocateTensor(type, dims.data(), static_cast<int>(dims.size()), bytes.size);
    if (!tensor) throw TensorflowError("createTensor: there is not enough memory");
    if (bytes.size) std::memcpy(TF_TensorData(tensor), bytes.data, bytes.size);
    return wrapTensor(env, share(tensor));
  });
}

/** readTensor(tensor) → typed array with a copy of the values. */
napi_value readTensor(napi_env env, napi_callback_info info) {
  return guarded(env, [&] {
    const auto tensor = toTensor(env, arguments(env, info, 1)[0]);
    napi_typedarray_type type;
    switch (TF_TensorType(tensor.get())) {
      case TF_FLOAT: type = napi_float32_array; break;
      case TF_INT32: type = napi_int32_array; break;
      case TF_BOOL: type = napi_uint8_array; break;
      default: throw TensorflowError("readTensor: the type of this tensor has no typed array");
    }
    const size_t size = TF_TensorByteSize(tensor.get());
    void* data = nullptr;
    napi_value buffer, array;
    check(env, napi_create_arraybuffer(env, size, &data, &buffer), "readTensor: there is not enough memory");
    if (size) std::memcpy(data, TF_TensorData(tensor.get()), size);
    const size_t length = size / TF_DataTypeSize(TF_TensorType(tensor.get()));
    check(env, napi_create_typedarray(env, type, length, buffer, 0, &array), "readTensor: no array");
    return array;
  });
}

napi_value freeTensor(napi_env env, napi_callback_info info) {
  return guarded(env, [&]() -> napi_value {
    auto& held = unwrap<TF_Tensor>(env, arguments(env, info, 1)[0], kTensorTag, "tensor");
    int64_t total;
    if (held) napi_adjust_external_memory(env, -static_cast<int64_t>(TF_TensorByteSize(held.get())), &total);
    held.reset();
    return nullptr;
  });
}

/** One run of a graph; owns all that it uses, so that JavaScript may free things meanwhile. */
struct Run {
  std::shared_ptr<Graph> graph;
  std::vector<TF_Output> inputs, fetches;
  std::vector<TensorPointer> held;
  std::vector<TF_Tensor*> values, results;
  Status status;
  napi_deferred deferred = nullptr;
  napi_async_work work = nullptr;

  ~Run() {
    for (TF_Tensor* tensor : results)
      if (tensor) TF_DeleteTensor(tensor);
  }

  void execute() {
    results.assign(fetches.size(), nullptr);
    TF_SessionRun(graph->session(), nullptr, inputs.data(), values.data(), static_cast<int>(values.size()), fetches.data(),
                  results.data(), static_cast<int>(results.size()), nullptr, 0, nullptr, status);
  }

  napi_value outcome(napi_env env) {
    status.check("run");
    napi_value array = newArray(env);
    for (TF_Tensor*& tensor : results) append(env, array, wrapTensor(env, share(std::exchange(tensor, nullptr))));
    return array;
  }
};

std::unique_ptr<Run> readRun(napi_env env, napi_callback_info info) {
  const auto given = arguments(env, info, 4);
  auto run = std::make_unique<Run>();
  run->graph = toGraph(env, given[0]);
  for (const auto& name : toStrings(env, given[1], "run: names must be an array of strings"))
    run->inputs.push_back(run->graph->output(name));
  if (arrayLength(env, given[2], "run: feeds must be an array of tensors") != run->inputs.size())
    throw ArgumentError("run: there must be as many feeds as names");
  for (uint32_t i = 0; i < run->inputs.size(); i++) {
    run->held.push_back(toTensor(env, element(env, given[2], i)));
    run->values.push_back(run->held.back().get());
  }
  for (const auto& name : toStrings(env, given[3], "run: fetches must be an array of strings"))
    run->fetches.push_back(run->graph->output(name));
  run->graph->session();  // opened here, so that workers never race for it
  return run;
}

/** run(graph, names, feeds, fetches) → tensors. */
napi_value runNow(napi_env env, napi_callback_info info) {
  return guarded(env, [&] {
    auto run = readRun(env, info);
    run->execute();
    return run->outcome(env);
  });
}

void settle(napi_env env, napi_status, void* data) {
  std::unique_ptr<Run> run(static_cast<Run*>(data));
  napi_delete_async_work(env, run->work);
  try {
    napi_resolve_deferred(env, run->deferred, run->outcome(env));
  } catch (const std::exception& thrown) {
    napi_value message, error;
    napi_create_string_utf8(env, thrown.what(), NAPI_AUTO_LENGTH, &message);
    napi_create_error(env, nullptr, message, &error);
    napi_reject_deferred(env, run->deferred, error);
  } catch (const PendingException&) {
    napi_value error;
    napi_get_and_clear_last_exception(env, &error);
    napi_reject_deferred(env, run->deferred, error);
  }
}

/** runAsync(graph, names, feeds, fetches) → promise of tensors; the run happens on a worker thread. */
napi_value runAsync(napi_env env, napi_callback_info info) {
  return guarded(env, [&] {
    auto run = readRun(env, info);
    napi_value promise;
    check(env, napi_create_promise(env, &run->deferred, &promise), "runAsync: no promise");
    check(env,
          napi_create_async_work(
              env, nullptr, text(env, "diffgan graph"), [](napi_env, void* data) { static_cast<Run*>(data)->execute(); },
              settle, run.get(), &run->work),
          "runAsync: no worker");
    check(env, napi_queue_async_work(env, run->work), "runAsync: no worker");
    run.release();
    return promise;
  });
}

/** loadLibrary(path) registers the operations of an op library with TensorFlow; harmless when repeated. */
napi_value loadLibrary(napi_env env, napi_callback_info info) {
  return guarded(env, [&]() -> napi_value {
    const std::string path = toString(env, arguments(env, info, 1)[0], "loadLibrary: path must be a string");
    Status status;
    TF_LoadLibrary(path.c_str(), status);
    status.check("loadLibrary");
    return nullptr;
  });
}

}  // namespace
}  // namespace diffgan

NAPI_MODULE_INIT() {
  using namespace diffgan;
  addFunction(env, exports, "createGraph", createGraph);
  addFunction(env, exports, "freeGraph", freeGraph);
  addFunction(env, exports, "addNode", addNode);
  addFunction(env, exports, "createTensor", createTensor);
  addFunction(env, exports, "readTensor", readTensor);
  addFunction(env, exports, "freeTensor", freeTensor);
  addFunction(env, exports, "run", runNow);
  addFunction(env, exports, "runAsync", runAsync);
  addFunction(env, exports, "loadLibrary", loadLibrary);
  guarded(env, [&]() -> napi_value {
    setProperty(env, exports, "apiVersion", number(env, kApiVersion));
    setProperty(env, exports, "tensorflow", text(env, TF_Version()));
    setProperty(env, exports, "bfloat16", text(env, bfloat16Speed()));
    return nullptr;
  });
  return exports;
}
