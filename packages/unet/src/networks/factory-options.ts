import type { Key } from '@diffgan/ops';

/** Options shared by the factories. */
export interface FactoryOptions {
  /** Key of the initial weights; null leaves them all at zero, for a model whose weights are loaded next. @defaultValue `key(0)` */
  key?: Key | null;
}
