import type { DistillationDivergence } from '@diffgan/fgan-losses';
import type { Normal } from './bumps-on-a-line.ts';

/** A student on a line that can only be normal, taught by two bumps whose scores are known. */
export interface StudentOf {
  readonly kind: 'student';
  readonly name: string;
  readonly of?: undefined;
  readonly divergence: DistillationDivergence;
  readonly steps: number;
  readonly seed: number;
}

/** What {@link StudentOf} comes to. */
export interface StudentValues extends Normal {
  /** Where the expected gradient is 0, by quadrature with the true densities. */
  readonly optimum: Normal;
}
