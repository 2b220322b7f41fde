// What a kernel reads and writes, with TensorFlow's handles released on every path.
#pragma once

#include <cstdint>
#include <string>
#include <type_traits>
#include <vector>

#include "bfloat16.h"
#include "tensorflow/c/kernels.h"
#include "tensorflow/c/ops.h"

namespace diffgan {

class KernelIo {
 public:
  explicit KernelIo(TF_OpKernelContext* context) : context_(context), status_(TF_NewStatus()) {}
  ~KernelIo() {
    for (TF_Tensor* tensor : tensors_) TF_DeleteTensor(tensor);
    TF_DeleteStatus(status_);
  }
  KernelIo(const KernelIo&) = delete;
  KernelIo& operator=(const KernelIo&) = delete;

  /** Reads the first `count` inputs; false, with the failure reported, when TensorFlow lacks one. */
  bool inputs(int count) {
    for (int i = 0; i < count; i++) {
      TF_Tensor* tensor = nullptr;
      TF_GetInput(context_, i, &tensor, status_);
      if (TF_GetCode(status_) != TF_OK) return report();
      tensors_.push_back(tensor);
    }
    return true;
  }

  const TF_Tensor* tensor(int i) const { return tensors_[i]; }
  template <typename T = float>
  const T* input(int i) const {
    return static_cast<const T*>(TF_TensorData(tensors_[i]));
  }
  TF_DataType type(int i) const { return TF_TensorType(tensors_[i]); }
  std::vector<int64_t> shape(int i) const {
    std::vector<int64_t> dims;
    for (int d = 0; d < TF_NumDims(tensors_[i]); d++) dims.push_back(TF_Dim(tensors_[i], d));
    return dims;
  }

  /** Allocates an output; null, with the failure reported, when there is no memory. */
  template <typename T = float>
  T* output(int i, const std::vector<int64_t>& shape) {
    constexpr TF_DataType type = std::is_same_v<T, float> ? TF_FLOAT : TF_BFLOAT16;
    size_t bytes = sizeof(T);
    for (int64_t d : shape) bytes *= static_cast<size_t>(d);
    TF_Tensor* tensor = TF_AllocateOutput(context_, i, type, shape.data(), static_cast<int>(shape.size()), bytes, status_);
    if (TF_GetCode(status_) != TF_OK || tensor == nullptr) {
      report();
      return nullptr;
    }
    tensors_.push_back(tensor);
    return static_cast<T*>(TF_TensorData(tensor));
  }

  /** Ends the kernel with an error; returns false so that callers can return it. */
  bool fail(const std::string& message) {
    TF_SetStatus(status_, TF_INVALID_ARGUMENT, message.c_str());
    return report();
  }

 private:
  bool report() {
    TF_OpKernelContext_Failure(context_, status_);
    return false;
  }

  TF_OpKernelContext* context_;
  TF_Status* status_;
  std::vector<TF_Tensor*> tensors_;
};

}  // namespace diffgan
