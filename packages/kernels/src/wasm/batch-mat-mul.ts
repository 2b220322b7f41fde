import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { broadcast_util, type TensorInfo, util } from '@tensorflow/tfjs-core';
import { isPlain } from '../is-plain.ts';
import { kernelOverride } from '../kernel-override.ts';
import { floats, transpose, type WasmCall, withScratch } from './call-kernel.ts';

type Call = WasmCall<'a' | 'b', { transposeA: boolean; transposeB: boolean }>;
type Product = (a: TensorInfo, b: TensorInfo) => TensorInfo;

/**
 * The backend's own product is fast only for one untransposed pair; anything else runs a naive loop. So: transpose
 * first, then take one fast product per pair, on views of the heap that copy nothing.
 */
export const batchMatMul = kernelOverride('BatchMatMul', (call: Call, original) => {
  const { inputs, backend, attrs } = call;
  if (!isPlain(inputs.a) || !isPlain(inputs.b)) return original();
  const product: Product = (a, b) => original({ inputs: { a, b }, attrs: { transposeA: false, transposeB: false } });
  return withScratch(backend, (keep) => {
    const a = attrs.transposeA ? keep(swapLast(backend, inputs.a)) : inputs.a;
    const b = attrs.transposeB ? keep(swapLast(backend, inputs.b)) : inputs.b;
    return batchSize(b) === 1 ? tallProduct(a, b, product) : pairwiseProducts(backend, a, b, product);
  });
});

const batchSize = ({ shape }: TensorInfo) => util.sizeFromShape(shape.slice(0, -2));

const batchShape = (a: TensorInfo, b: TensorInfo) =>
  broadcast_util.assertAndGetBroadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2));

function swapLast(backend: BackendWasm, x: TensorInfo): TensorInfo {
  const rank = x.shape.length;
  return transpose(backend, x, [...x.shape.keys()].with(-1, rank - 2).with(-2, rank - 1));
}

/** Many matrices times the same one: their rows stand below each other in memory, so it is one product. */
function tallProduct(a: TensorInfo, b: TensorInfo, product: Product): TensorInfo {
  const [rows, inner] = a.shape.slice(-2);
  const columns = b.shape[b.shape.length - 1];
  const { dataId, dtype } = product(
    { ...a, shape: [1, batchSize(a) * rows, inner] },
    { ...b, shape: [1, inner, columns] },
  );
  return { dataId, dtype, shape: [...batchShape(a, b), rows, columns] };
}

function pairwiseProducts(backend: BackendWasm, a: TensorInfo, b: TensorInfo, product: Product): TensorInfo {
  const [rows, inner] = a.shape.slice(-2);
  const columns = b.shape[b.shape.length - 1];
  const batch = batchShape(a, b);
  const output = backend.makeOutput([...batch, rows, columns], 'float32');
  const fromA = batchOffsets(a, batch);
  const fromB = batchOffsets(b, batch);
  for (let i = 0; i < fromA.length; i++) {
    const pair = withView(backend, a, fromA[i], [1, rows, inner], (left) =>
      withView(backend, b, fromB[i], [1, inner, columns], (right) => product(left, right)),
    );
    floats(backend, output).set(floats(backend, pair), i * rows * columns);
    backend.disposeData(pair.dataId);
  }
  return output;
}

/** For every matrix of the broadcast batch, where its numbers start in `x`. */
function batchOffsets(x: TensorInfo, batch: readonly number[]): number[] {
  const own = [...new Array<number>(batch.length + 2 - x.shape.length).fill(1), ...x.shape.slice(0, -2)];
  const matrix = util.sizeFromShape(x.shape.slice(-2));
  const strides = [...util.computeStrides([...own, 1])];
  return Array.from({ length: util.sizeFromShape([...batch]) }, (_, i) => {
    let rest = i;
    let offset = 0;
    for (let axis = batch.length - 1; axis >= 0; axis--) {
      if (own[axis] > 1) offset += (rest % batch[axis]) * strides[axis];
      rest = Math.floor(rest / batch[axis]);
    }
    return offset * matrix;
  });
}

/** Lends a tensor that stands for part of another one's numbers; only its entry is removed afterwards. */
function withView<T>(
  backend: BackendWasm,
  x: TensorInfo,
  offset: number,
  shape: number[],
  use: (view: TensorInfo) => T,
): T {
  const view = backend.makeOutput(shape, x.dtype, backend.dataIdMap.get(x.dataId).memoryOffset + 4 * offset);
  try {
    return use(view);
  } finally {
    backend.wasm.tfjs.disposeData(backend.dataIdMap.get(view.dataId).id);
    backend.dataIdMap.delete(view.dataId);
  }
}
