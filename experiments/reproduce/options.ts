/** Which experiments are run, and how. */
export interface ReproduceOptions {
  /** Which experiments: `X1`, …, or `all`. */
  ids: readonly string[];
  /** Names of the measurements that are made; the others are left. @defaultValue all */
  only?: readonly string[];
  /** Whether what `results/` holds counts as done, so that another machine adds what is missing. */
  missing: boolean;
  /** Share of the steps and samples. */
  scale: number;
  /** Hours after which it stops. @defaultValue it does not */
  hours?: number;
  /** How many seeds of training, from 0 on. */
  seeds: number;
  /** Whether to take the networks of `fashion-mnist-small`. */
  small: boolean;
  /** Folder in which `results/` and `docs/results/` are written. */
  out: string;
  /** Folder of trainings and measurements. */
  runs: string;
  backend?: string;
}
