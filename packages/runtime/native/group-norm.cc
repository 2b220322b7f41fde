// Group normalisation with per-channel or per-sample affine and optional SiLU, forward and backward, channels last.
#include <type_traits>
#include <vector>

#include "bfloat16.h"
#include "group-norm-sample.h"
#include "kernel-io.h"
#include "op-library.h"
#include "thread-pool.h"

namespace diffgan {
namespace {

/** What x, y and their gradients are in; all else is float32. */
constexpr const char* kType = "T: {float, bfloat16} = DT_FLOAT";

struct Attributes {
  int groups = 1;
  float epsilon = 0;
  unsigned char silu = 0;
};

/** The sizes of a call; `affineStride` is C when scale and shift are [B, C], and 0 when they are [C]. */
struct Sizes {
  int64_t batch = 0, pixels = 1, channels = 0, affineStride = 0;
};

void* create(TF_OpKernelConstruction* construction) {
  auto* attributes = new Attributes();
  TF_Status* status = TF_NewStatus();
  TF_OpKernelConstruction_GetAttrInt32(construction, "groups", &attributes->groups, status);
  if (TF_GetCode(status) == TF_OK)
    TF_OpKernelConstruction_GetAttrFloat(construction, "epsilon", &attributes->epsilon, status);
  if (TF_GetCode(status) == TF_OK) TF_OpKernelConstruction_GetAttrBool(construction, "silu", &attributes->silu, status);
  if (TF_GetCode(status) == TF_OK && attributes->groups < 1)
    TF_SetStatus(status, TF_INVALID_ARGUMENT, "groups must be at least 1");
  if (TF_GetCode(status) != TF_OK) TF_OpKernelConstruction_Failure(construction, status);
  TF_DeleteStatus(status);
  return attributes;
}

void destroy(void* kernel) { delete static_cast<Attributes*>(kernel); }

/** Checks x, scale and shift, which are the inputs `first`, `first + 1` and `first + 2`. */
bool readSizes(KernelIo& io, int first, int groups, Sizes& sizes) {
  const auto x = io.shape(first), scale = io.shape(first + 1);
  if (x.size() < 2) return io.fail("x must be [batch, …, channels]");
  sizes.batch = x.front();
  sizes.channels = x.back();
  for (size_t d = 1; d + 1 < x.size(); d++) sizes.pixels *= x[d];
  if (sizes.channels % groups) return io.fail("groups must divide the channels of x");
  const std::vector<int64_t> perChannel{sizes.channels}, perSample{sizes.batch, sizes.channels};
  if (scale != perChannel && scale != perSample) return io.fail("scale must be [C] or [B, C]");
  if (io.shape(first + 2) != scale) return io.fail("shift must have the shape of scale");
  sizes.affineStride = scale.size() == 2 ? sizes.channels : 0;
  return true;
}

template <typename T>
void forwardOf(KernelIo& io, const Attributes& attributes, const Sizes& n) {
  const T* x = io.input<T>(0);
  const float *scale = io.input(1), *shift = io.input(2);
  T* y = io.output<T>(0, io.shape(0));
  float* mean = io.output(1, {n.batch, n.channels});
  float* rstd = io.output(2, {n.batch, n.channels});
  if (!y || !mean || !rstd) return;
  const int64_t volume = n.pixels * n.channels;
  ThreadPool::shared().run(static_cast<int>(n.batch), [&](int i) {
    static thread_local std::vector<float> scratch;
    scratch.resize(n.channels);
    forwardSample(x + i * volume, scale + i * n.affineStride, shift + i * n.affineStride, y + i * volume,
                  mean + i * n.channels, rstd + i * n.channels, scratch.data(), n.pixels, n.channels,
                  n.channels / attributes.groups, attributes.epsilon, attributes.silu != 0);
  });
}

void forward(void* kernel, TF_OpKernelContext* context) {
  const auto& attributes = *static_cast<Attributes*>(kernel);
  KernelIo io(context);
  Sizes n;
  if (!io.inputs(3) || !readSizes(io, 0, attributes.groups, n)) return;
  if (io.type(0) == TF_FLOAT) forwardOf<float>(io, attributes, n);
  else forwardOf<Bfloat16>(io, attributes, n);
}

/** out[c] = Σ_b parts[b, c], in float64: the sum over the batch runs far. */
void sumBatch(const std::vector<float>& parts, float* out, const Sizes& n) {
  for (int64_t c = 0; c < n.channels; c++) {
    double sum = 0;
    for (int64_t i = 0; i < n.batch; i++) sum += parts[i * n.channels + c];
    out[c] = static_cast<float>(sum);
  }
}

template <typename T>
void backwardOf(KernelIo& io, const Attributes& attributes, const Sizes& n) {
  constexpr bool inPlace = std::is_same_v<T, float>;
  const T *dy = io.input<T>(0), *x = io.input<T>(1);
  const float *scale = io.input(2), *shift = io.input(3), *mean = io.input(4), *rstd = io.input(5);
  T* dx = io.output<T>(0, io.shape(1));
  float* dscale = io.output(1, io.shape(2));
  float* dshift = io.output(2, io.shape(2));
  if (!dx || !dscale || !dshift) return;
  const bool shared = n.affineStride == 0;
  std::vector<float> scaleParts(shared ? n.batch * n.channels : 0), shiftParts(scaleParts.size());
  float* dscales = shared ? scaleParts.data() : dscale;
  float* dshifts = shared ? shiftParts.data() : dshift;
  const int64_t volume = n.pixels * n.channels;
  ThreadPool::shared().run(static_cast<int>(n.batch), [&](int i) {
    static thread_local std::vector<float> scratch;
    scratch.resize(4 * n.channels + (inPlace ? 0 : volume));
    float *rows = scratch.data(), *dz = rows + 4 * n.channels;
    if constexpr (inPlace) dz = dx + i * volume;
    backwardSample(dy + i * volume, x + i * volume, scale + i * n.affineStride, shift + i * n.affineStride,
                   mean + i * n.channels, rstd + i * n.channels, dx + i * volume, dz, dscales + i * n.channels,
                   dshifts + i * n.channels, rows, rows + n.channels, rows + 2 * n.channels, rows + 3 * n.channels,
                   n.pixels, n.channels, n.channels / attributes.groups, attributes.silu != 0);
  });
  if (shared) {
    sumBatch(scaleParts, dscale, n);
    sumBatch(shiftParts, dshift, n);
  }
}

void backward(void* kernel, TF_OpKernelContext* context) {
  const auto& attributes = *static_cast<Attributes*>(kernel);
  KernelIo io(context);
  Sizes n;
  if (!io.inputs(6) || !readSizes(io, 1, attributes.groups, n)) return;
  const std::vector<int64_t> perSample{n.batch, n.channels};
  if (io.shape(0) != io.shape(1)) return (void)io.fail("dy must have the shape of x");
  if (io.shape(4) != perSample || io.shape(5) != perSample) return (void)io.fail("mean and rstd must be [B, C]");
  if (io.type(1) == TF_FLOAT) backwardOf<float>(io, attributes, n);
  else backwardOf<Bfloat16>(io, attributes, n);
}

/** y has the shape of x; mean and rstd are [B, C]. */
void inferForward(TF_ShapeInferenceContext* context, TF_Status* status) {
  TF_ShapeHandle *x = TF_NewShapeHandle(), *batch = TF_NewShapeHandle(), *channels = TF_NewShapeHandle(),
                 *statistics = TF_NewShapeHandle();
  TF_ShapeInferenceContextGetInput(context, 0, x, status);
  if (TF_GetCode(status) == TF_OK) TF_ShapeInferenceContextWithRankAtLeast(context, x, 2, x, status);
  if (TF_GetCode(status) == TF_OK) TF_ShapeInferenceContextSetOutput(context, 0, x, status);
  if (TF_GetCode(status) == TF_OK) TF_ShapeInferenceContextSubshape(context, x, 0, 1, batch, status);
  if (TF_GetCode(status) == TF_OK) TF_ShapeInferenceContextSubshape(context, x, -1, INT64_MAX, channels, status);
  if (TF_GetCode(status) == TF_OK)
    TF_ShapeInferenceContextConcatenateShapes(context, batch, channels, statistics, status);
  for (int i = 1; i < 3 && TF_GetCode(status) == TF_OK; i++)
    TF_ShapeInferenceContextSetOutput(context, i, statistics, status);
  for (TF_ShapeHandle* handle : {x, batch, channels, statistics}) TF_DeleteShapeHandle(handle);
}

/** dx has the shape of x, dscale and dshift that of scale. */
void inferBackward(TF_ShapeInferenceContext* context, TF_Status* status) {
  TF_ShapeHandle* handle = TF_NewShapeHandle();
  const int inputOfOutput[] = {1, 2, 2};
  TF_SetStatus(status, TF_OK, "");
  for (int i = 0; i < 3 && TF_GetCode(status) == TF_OK; i++) {
    TF_ShapeInferenceContextGetInput(context, inputOfOutput[i], handle, status);
    if (TF_GetCode(status) == TF_OK) TF_ShapeInferenceContextSetOutput(context, i, handle, status);
  }
  TF_DeleteShapeHandle(handle);
}

}  // namespace

void registerGroupNorm() {
  registerOperation({"DiffganGroupNorm",
                     {"x: T", "scale: float", "shift: float"},
                     {"y: T", "mean: float", "rstd: float"},
                     {"groups: int", "epsilon: float", "silu: bool", kType},
                     inferForward,
                     create,
                     forward,
                     destroy});
  registerOperation({"DiffganGroupNormGrad",
                     {"dy: T", "x: T", "scale: float", "shift: float", "mean: float", "rstd: float"},
                     {"dx: T", "dscale: float", "dshift: float"},
                     {"groups: int", "epsilon: float", "silu: bool", kType},
                     inferBackward,
                     create,
                     backward,
                     destroy});
}

}  // namespace diffgan
