/** Which experiments are run, and how. */
export interface ReproduceOptions {
  /** Which experiments: `X1`, …, or `all`. */
  ids: readonly string[];
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
