// One step of Adam or AdamW, with the moving average of the weights, over a flat vector of all parameters.
#include <algorithm>
#include <cmath>
#include <vector>

#include "kernel-io.h"
#include "op-library.h"
#include "simd.h"
#include "thread-pool.h"

namespace diffgan {
namespace {

constexpr int64_t kBlock = 1 << 16;
enum Input { kParameters, kGradient, kM, kV, kAverage, kHyper, kInputs };

/** The numbers of `hyper`, in its order. */
struct Hyper {
  float beta1, beta2, stepSize, rsqrtBias2, epsilon, decay, averaging;
};

DIFFGAN_SIMD void update(const float* __restrict p, const float* __restrict g, const float* __restrict m,
                         const float* __restrict v, const float* __restrict a, float* __restrict pOut,
                         float* __restrict mOut, float* __restrict vOut, float* __restrict aOut, int64_t n,
                         const Hyper& hyper) {
  const float rate1 = 1.f - hyper.beta1, rate2 = 1.f - hyper.beta2, kept = 1.f - hyper.decay;
  const float stepSize = hyper.stepSize, rsqrtBias2 = hyper.rsqrtBias2, epsilon = hyper.epsilon;
  const float averaging = hyper.averaging;
  for (int64_t i = 0; i < n; i++) {
    const float m1 = m[i] + rate1 * (g[i] - m[i]);
    const float v1 = v[i] + rate2 * (g[i] * g[i] - v[i]);
    const float p1 = p[i] * kept - stepSize * m1 / (std::sqrt(v1) * rsqrtBias2 + epsilon);
    mOut[i] = m1;
    vOut[i] = v1;
    pOut[i] = p1;
    aOut[i] = a[i] + averaging * (p1 - a[i]);
  }
}

void compute(void*, TF_OpKernelContext* context) {
  KernelIo io(context);
  if (!io.inputs(kInputs)) return;
  const auto shape = io.shape(kParameters);
  for (int i : {kGradient, kM, kV, kAverage})
    if (io.shape(i) != shape) return (void)io.fail("gradient, m, v and average must have the shape of parameters");
  if (io.shape(kHyper) != std::vector<int64_t>{7}) return (void)io.fail("hyper must be [7]");
  const float* h = io.input(kHyper);
  const Hyper hyper{h[0], h[1], h[2], h[3], h[4], h[5], h[6]};
  float* out[4];
  for (int i = 0; i < 4; i++)
    if (!(out[i] = io.output(i, shape))) return;
  const int64_t n = TF_TensorElementCount(io.tensor(kParameters));
  ThreadPool::shared().run(static_cast<int>((n + kBlock - 1) / kBlock), [&](int block) {
    const int64_t from = block * kBlock, count = std::min(kBlock, n - from);
    update(io.input(kParameters) + from, io.input(kGradient) + from, io.input(kM) + from, io.input(kV) + from,
           io.input(kAverage) + from, out[0] + from, out[1] + from, out[2] + from, out[3] + from, count, hyper);
  });
}

/** Every output has the shape of the parameters. */
void inferShapes(TF_ShapeInferenceContext* context, TF_Status* status) {
  TF_ShapeHandle* handle = TF_NewShapeHandle();
  TF_ShapeInferenceContextGetInput(context, kParameters, handle, status);
  for (int i = 0; i < 4 && TF_GetCode(status) == TF_OK; i++)
    TF_ShapeInferenceContextSetOutput(context, i, handle, status);
  TF_DeleteShapeHandle(handle);
}

void* create(TF_OpKernelConstruction*) { return nullptr; }
void destroy(void*) {}

}  // namespace

void registerAdam() {
  registerOperation({"DiffganAdam",
                     {"parameters: float", "gradient: float", "m: float", "v: float", "average: float", "hyper: float"},
                     {"new_parameters: float", "new_m: float", "new_v: float", "new_average: float"},
                     {},
                     inferShapes,
                     create,
                     compute,
                     destroy});
}

}  // namespace diffgan
