// A group of processes that compute one thing: TensorFlow's collective operations over its gRPC servers, on an eager context of their own.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <cstring>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "napi-values.h"
#include "tensorflow/c/c_api.h"
#include "tensorflow/c/c_api_experimental.h"
#include "tensorflow/c/eager/c_api.h"
#include "tensorflow/c/eager/c_api_experimental.h"

namespace diffgan {

/** TFE_TensorHandle with its lifetime. */
using Handle = std::unique_ptr<TFE_TensorHandle, decltype(&TFE_DeleteTensorHandle)>;

/** TF_Tensor with its lifetime. */
using Tensor = std::unique_ptr<TF_Tensor, decltype(&TF_DeleteTensor)>;

class CollectiveGroup {
 public:
  /** Starts the server of this process; waits for nobody. */
  CollectiveGroup(const std::string& serverDef, const std::string& config, int size, double timeLimit)
      : size_(size), timeLimit_(timeLimit) {
    Status status;
    TFE_ContextOptions* options = TFE_NewContextOptions();
    TFE_ContextOptionsSetConfig(options, config.data(), config.size(), status);
    if (status.ok()) context_ = TFE_NewContext(options, status);
    TFE_DeleteContextOptions(options);
    status.check("join");
    TFE_EnableCollectiveOps(context_, serverDef.data(), serverDef.size(), status);
    if (status.ok()) return;
    TFE_DeleteContext(context_);
    status.check("join");
  }
  ~CollectiveGroup() {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      leaving_ = true;
    }
    wake_.notify_all();
    if (watch_.joinable()) watch_.join();
    TFE_DeleteContext(context_);
  }
  CollectiveGroup(const CollectiveGroup&) = delete;
  CollectiveGroup& operator=(const CollectiveGroup&) = delete;

  /** The sum over the processes; null, with `status` set, when it fails. The caller deletes it. */
  TF_Tensor* sum(TF_Tensor* tensor, TF_Status* status) {
    const int64_t count = TF_TensorElementCount(tensor);
    if (count == 0 || count > enough()) return sumOf(tensor, status);
    const Tensor sent = copiesOf(tensor, enough() / count + 1);
    const Tensor sums(sumOf(sent.get(), status), TF_DeleteTensor);
    return sums ? firstOf(sums.get(), tensor) : nullptr;
  }

  /** Asks the process `rank` whether it is there. */
  void checkPeer(const std::string& task, int64_t milliseconds, TF_Status* status) {
    TFE_CollectiveOpsCheckPeerHealth(context_, task.c_str(), milliseconds, status);
  }

  /**
   * From now on looks, while a collective waits, whether the processes `tasks` are there. TensorFlow tells the neighbours in the ring of a
   * process that is gone, and these the others, but not if they have ended by then.
   */
  void watch(std::vector<std::string> tasks) {
    if (!watch_.joinable()) watch_ = std::thread([this, tasks = std::move(tasks)] { watchOver(tasks); });
  }

  /** Ends what is in progress, and all that is asked for afterwards. */
  void abort(const std::string& why) {
    Status status;
    TF_SetStatus(status, TF_ABORTED, why.c_str());
    TFE_AbortCollectiveOps(context_, status);
  }

  double seconds() const { return static_cast<double>(nanoseconds_) * 1e-9; }

 private:
  using Clock = std::chrono::steady_clock;

  void watchOver(const std::vector<std::string>& tasks) {
    constexpr auto pause = std::chrono::seconds(1);
    constexpr int64_t answer = 1000;
    std::unique_lock<std::mutex> lock(mutex_);
    while (!wake_.wait_for(lock, pause, [this] { return leaving_; })) {
      const int64_t since = since_;
      if (since == 0 || Clock::now() - Clock::time_point(Clock::duration(since)) < pause) continue;
      lock.unlock();
      for (const std::string& task : tasks) {
        Status status;
        checkPeer(task, answer, status);
        // One that does not answer in time may be busy, or stopped for a while: the time limit is for those.
        if (TF_GetCode(status) == TF_UNAVAILABLE && since_ == since) abort("collective: " + task + " is gone");
      }
      lock.lock();
    }
  }

  /**
   * With more numbers than this, each process has a part to begin the ring with: the ring cuts a tensor into a part for each, up to 17 numbers longer
   * than an equal share, so that the last ones may be empty. A process that only waits for the next one to take what it sends is not told that this
   * one has given up; one that waits for a part is told at once. So shorter tensors are sent several times over. The messages grow by 68 bytes a
   * process, which takes less time than a message itself.
   */
  int64_t enough() const { return int64_t{17} * size_ * size_; }

  /** Copies of a short tensor; of more dimensions than tensors of tfjs have, so that they are not taken for a longer one. */
  static Tensor copiesOf(const TF_Tensor* tensor, int64_t copies) {
    const size_t size = TF_TensorByteSize(tensor);
    const int64_t dims[] = {copies, 1, 1, 1, 1, 1, 1, TF_TensorElementCount(tensor)};
    Tensor all(TF_AllocateTensor(TF_TensorType(tensor), dims, 8, static_cast<size_t>(copies) * size), TF_DeleteTensor);
    for (int64_t i = 0; i < copies; i++)
      std::memcpy(static_cast<char*>(TF_TensorData(all.get())) + i * size, TF_TensorData(tensor), size);
    return all;
  }

  /** The first of such copies, in the shape of `like`. */
  static TF_Tensor* firstOf(const TF_Tensor* copies, const TF_Tensor* like) {
    std::vector<int64_t> dims;
    for (int d = 0; d < TF_NumDims(like); d++) dims.push_back(TF_Dim(like, d));
    const size_t size = TF_TensorByteSize(like);
    TF_Tensor* first = TF_AllocateTensor(TF_TensorType(like), dims.data(), TF_NumDims(like), size);
    std::memcpy(TF_TensorData(first), TF_TensorData(copies), size);
    return first;
  }

  TF_Tensor* sumOf(TF_Tensor* tensor, TF_Status* status) {
    TFE_Op* op = newOp("CollectiveReduceV2", status);
    if (!op) return nullptr;
    addInput(op, tensor, status);
    addScalars(op, keyOf(tensor), status);
    TFE_OpSetAttrType(op, "T", TF_TensorType(tensor));
    TFE_OpSetAttrString(op, "merge_op", "Add", 3);
    TFE_OpSetAttrString(op, "final_op", "Id", 2);
    TFE_OpSetAttrInt(op, "Nordering_token", 0);
    return execute(op, status);
  }

  TFE_Op* newOp(const char* name, TF_Status* status) {
    TFE_Op* op = TFE_NewOp(context_, name, status);
    if (TF_GetCode(status) != TF_OK) return nullptr;
    TFE_OpSetAttrString(op, "communication_hint", "auto", 4);
    TFE_OpSetAttrFloat(op, "timeout_seconds", static_cast<float>(timeLimit_));
    TFE_OpSetCancellationManager(op, cancellation_, status);
    return op;
  }

  void addInput(TFE_Op* op, TF_Tensor* tensor, TF_Status* status) {
    if (TF_GetCode(status) != TF_OK) return;
    Handle handle(TFE_NewTensorHandle(tensor, status), TFE_DeleteTensorHandle);
    if (TF_GetCode(status) == TF_OK) TFE_OpAddInput(op, handle.get(), status);
  }

  /** Size and number of the group, and number of the collective. */
  void addScalars(TFE_Op* op, int32_t key, TF_Status* status) {
    for (const int32_t value : {static_cast<int32_t>(size_), 1, key}) {
      const Tensor scalar(TF_AllocateTensor(TF_INT32, nullptr, 0, sizeof(value)), TF_DeleteTensor);
      std::memcpy(TF_TensorData(scalar.get()), &value, sizeof(value));
      addInput(op, scalar.get(), status);
    }
  }

  TF_Tensor* execute(TFE_Op* op, TF_Status* status) {
    const auto began = Clock::now();
    TF_Tensor* result = nullptr;
    TFE_TensorHandle* output = nullptr;
    int outputs = 1;
    since_ = began.time_since_epoch().count();
    if (TF_GetCode(status) == TF_OK) TFE_Execute(op, &output, &outputs, status);
    since_ = 0;
    if (TF_GetCode(status) == TF_OK) result = TFE_TensorHandleResolve(output, status);
    if (output) TFE_DeleteTensorHandle(output);
    TFE_DeleteOp(op);
    nanoseconds_ += std::chrono::duration_cast<std::chrono::nanoseconds>(Clock::now() - began).count();
    return result;
  }

  /**
   * The number by which the processes know that they mean the same collective. TensorFlow keeps what it knows of each number for ever, the shape
   * too, so that tensors of one type and shape take turns with a few: when one comes again, all of its messages have long been received.
   */
  int32_t keyOf(const TF_Tensor* tensor) {
    constexpr int32_t turns = 8;
    const std::lock_guard<std::mutex> lock(mutex_);
    std::vector<int64_t> kind = {TF_TensorType(tensor)};
    for (int d = 0; d < TF_NumDims(tensor); d++) kind.push_back(TF_Dim(tensor, d));
    const auto found = kinds_.emplace(kind, std::make_pair(static_cast<int32_t>(kinds_.size()), 0)).first;
    auto& [number, count] = found->second;
    return number * turns + count++ % turns + 1;
  }

  TFE_Context* context_ = nullptr;
  /**
   * What tells an operation to stop. A collective that gives up leaves its question to rank 0 unanswered, and the answer, which may come when rank 0
   * ends, is taken off this list: without one of ours, off that of the operation, which is gone by then, so that the thread that answers come in on
   * stops for good or the process ends. Never deleted, as TensorFlow's server, which gets the answer, is not.
   */
  TFE_CancellationManager* const cancellation_ = TFE_NewCancellationManager();
  const int size_;
  const double timeLimit_;
  std::mutex mutex_;
  std::map<std::vector<int64_t>, std::pair<int32_t, int32_t>> kinds_;
  std::atomic<int64_t> nanoseconds_{0};
  /** When the collective in progress began; 0 where there is none. */
  std::atomic<int64_t> since_{0};
  std::thread watch_;
  std::condition_variable wake_;
  bool leaving_ = false;
};

}  // namespace diffgan
