import { type AnyKernelCall, kernelLayer, kernelOverride } from '@diffgan/kernels';
import { bindingOf, MOMENTS } from '../tfjs-node-folder.ts';

/** Arrays in float64; see native/add-moments.h. */
interface Arrays {
  readonly vectors: Float64Array;
  readonly shift: Float64Array;
  readonly sum: Float64Array;
  readonly scatter: Float64Array;
}

/** Functions of the compiled addon; see native/moments-addon.cc. */
interface MomentsAddon {
  readonly apiVersion: number;
  addMoments(vectors: Float64Array, shift: Float64Array, sum: Float64Array, scatter: Float64Array): void;
}

const apiVersion = 1;
let addon: MomentsAddon | undefined;

const register = /* @__PURE__ */ kernelLayer('tensorflow', [
  kernelOverride<AnyKernelCall & { attrs: Arrays }>('DiffganAddMoments', ({ attrs }) => {
    addon!.addMoments(attrs.vectors, attrs.shift, attrs.sum, attrs.scatter);
    return [];
  }),
]);

/**
 * Makes the addon that lies beside the binding of the tfjs-node in `folder` a kernel of the `tensorflow` backend, where `@diffgan/fid` finds it by
 * name. Where it is not compiled, or for another version, there is no such kernel, and statistics take longer.
 */
export function registerMoments(folder: string): void {
  if (process.env.DIFFGAN_NATIVE === '0') return;
  addon ??= load(`${bindingOf(folder)}/../${MOMENTS}`);
  if (addon !== undefined) register();
}

function load(file: string): MomentsAddon | undefined {
  const require = process.getBuiltinModule('node:module').createRequire(import.meta.url);
  try {
    const found = require(file) as MomentsAddon;
    return found.apiVersion === apiVersion ? found : undefined;
  } catch {
    return undefined;
  }
}
