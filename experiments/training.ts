/** What JSON can say. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** A training: what `diffgan train` is told. What else it is told of records or sampling does not make it another one. */
export interface Training {
  /** What it is called in tables and folders; its seed comes on top. */
  readonly name: string;
  /** The preset to start from. */
  readonly preset: string;
  /** Settings on top of it by their paths, such as `'schedule.steps'`. */
  readonly set: Readonly<Record<string, Json>>;
  readonly seed: number;
  /** The training whose network a distillation learns from. */
  readonly teacher?: Training;
  /** The training whose weights it starts from. */
  readonly init?: Training;
}
