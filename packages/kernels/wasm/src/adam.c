// One step of Adam and of the running average on parameter vectors, in one pass. hyper = [beta1, beta2, stepSize,
// rsqrtBias2, epsilon, decay, averaging]:
//   m' = m + (1 − beta1)(g − m),  v' = v + (1 − beta2)(g² − v)
//   p' = p(1 − decay) − stepSize·m' / (√v'·rsqrtBias2 + epsilon),  a' = a + averaging(p' − a)
// Unit: one parameter.
#include "kernel.h"

INLINE Vector toward(Vector old, Vector target, Vector share) { return multiply_add(share, sub(target, old), old); }

INLINE Vector moved(Vector p, Vector m, Vector v, const float *hyper) {
  Vector slope = quotient(mul(load_splat(hyper + 2), m),
                          add(mul(root(v), load_splat(hyper + 3)), load_splat(hyper + 4)));
  return sub(mul(p, splat(1 - hyper[5])), slope);
}

EXPORT(adam) void adam(const float *p, const float *g, const float *m, const float *v, const float *a,
                       const float *hyper, float *nextP, float *nextM, float *nextV, float *nextA, int from, int to) {
  Vector shareM = splat(1 - hyper[0]), shareV = splat(1 - hyper[1]), shareA = splat(hyper[6]);
  int i = from;
  for (; i + 4 <= to; i += 4) {
    Vector gradient = load(g + i);
    Vector newM = toward(load(m + i), gradient, shareM);
    Vector newV = toward(load(v + i), mul(gradient, gradient), shareV);
    Vector newP = moved(load(p + i), newM, newV, hyper);
    store(nextM + i, newM);
    store(nextV + i, newV);
    store(nextP + i, newP);
    store(nextA + i, toward(load(a + i), newP, shareA));
  }
  for (; i < to; i++) {
    Vector gradient = splat(g[i]);
    Vector newM = toward(splat(m[i]), gradient, shareM);
    Vector newV = toward(splat(v[i]), mul(gradient, gradient), shareV);
    Vector newP = moved(splat(p[i]), newM, newV, hyper);
    nextM[i] = first(newM);
    nextV[i] = first(newV);
    nextP[i] = first(newP);
    nextA[i] = first(toward(splat(a[i]), newP, shareA));
  }
}
