import type { Addon } from './addon.ts';
import { attribute, bfloat16Session, typeNumbers } from './messages.ts';
import { nativeBackend } from './native-backend.ts';

const answers = new WeakMap<Addon, string | undefined>();

/** Why graphs of the addon cannot compute in bfloat16 here; undefined where they can. Found out once. */
export function whyNotBfloat16(addon: Addon): string | undefined {
  if (!answers.has(addon)) answers.set(addon, find(addon));
  return answers.get(addon);
}

function find(addon: Addon): string | undefined {
  if (nativeBackend()?.isUsingGpuDevice) return 'compiled graphs have it on the CPU alone, and this is a GPU';
  // TensorFlow would emulate it, which takes longer than float32.
  if (!addon.bfloat16) return 'this processor has neither AVX-512-BF16 nor AMX';
  return rounds(addon)
    ? undefined
    : 'TensorFlow does not use it here, which takes oneDNN (TF_ENABLE_ONEDNN_OPTS=0 turns that off)';
}

/** Whether products of a graph lose what bfloat16 cannot hold: 1 + 2⁻¹⁰ becomes 1. TensorFlow leaves graphs of fewer than four nodes as they are. */
function rounds(addon: Addon): boolean {
  const graph = addon.createGraph(bfloat16Session);
  const value = addon.createTensor(typeNumbers.float32, [1, 1], Float32Array.of(1 + 2 ** -10));
  try {
    const [x, T] = ['x', attribute.type(typeNumbers.float32)];
    addon.addNode(graph, 'Placeholder', x, [], { dtype: T });
    addon.addNode(graph, 'Placeholder', 'one', [], { dtype: T });
    addon.addNode(graph, 'MatMul', 'product', ['x:0', 'one:0'], { T });
    addon.addNode(graph, 'Identity', 'y', ['product:0'], { T });
    const one = addon.createTensor(typeNumbers.float32, [1, 1], Float32Array.of(1));
    const [y] = addon.run(graph, ['x:0', 'one:0'], [value, one], ['y:0']);
    addon.freeTensor(one);
    const [rounded] = addon.readTensor(y);
    addon.freeTensor(y);
    return rounded === 1;
  } finally {
    addon.freeTensor(value);
    addon.freeGraph(graph);
  }
}
