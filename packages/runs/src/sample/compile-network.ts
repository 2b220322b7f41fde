import type { CompileNetwork } from '@diffgan/hub';
import { compile, type Precision } from '@diffgan/runtime';

/**
 * Graphs of networks that are drawn from: their weights do not change meanwhile.
 *
 * @example
 * ```ts
 * const pipeline = await loadPipeline('fashion-mnist-distil', { compile: compileNetwork() });
 * pipeline.dispose();
 * ```
 */
export const compileNetwork =
  (precision?: Precision): CompileNetwork =>
  (compute) =>
    compile(compute, { variables: 'constant', precision });
