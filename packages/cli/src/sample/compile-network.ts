import type { CompileNetwork } from '@diffgan/hub';
import { compile } from '@diffgan/runtime';

/** Graphs of networks that are drawn from: their weights do not change meanwhile. */
export const compileNetwork: CompileNetwork = (compute) => compile(compute, { variables: 'constant' });
