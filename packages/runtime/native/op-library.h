// Registration of the operations of this library.
#pragma once

#include <initializer_list>

#include "tensorflow/c/kernels.h"
#include "tensorflow/c/ops.h"

namespace diffgan {

/** An operation on the CPU: names with types in TensorFlow's notation, and its four callbacks. */
struct Operation {
  const char* name;
  std::initializer_list<const char*> inputs, outputs, attributes;
  void (*inferShapes)(TF_ShapeInferenceContext*, TF_Status*);
  void* (*create)(TF_OpKernelConstruction*);
  void (*compute)(void*, TF_OpKernelContext*);
  void (*destroy)(void*);
};

void registerOperation(const Operation& operation);
void registerGroupNorm();
void registerAdam();

}  // namespace diffgan
