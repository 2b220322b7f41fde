/** What `npm run bench:processes` measures on a machine; `bench/results/processes.json` holds those that docs/scale.md shows. */
export interface ProcessesResults {
  machine: string;
  commit: string;
  /** What else the machine did meanwhile, if anything. */
  load?: string;
  /** Medians of sums alone. */
  sums: { ranks: number; floats: number; milliseconds: number }[];
  /** Medians of a training step of the reference U-Net in one process with a thread for each core. */
  steps: { batch: number; milliseconds: number }[];
  /** Nanoseconds of one normal number, drawn as the trainers draw them. */
  drawNanoseconds: number;
  /** As many processes of one thread each beside one process with as many threads, in turns. */
  together: Together;
  /** What there is to gain by sums that go on beside the computation, where that has been measured. */
  overlap?: Overlap;
  networks: NetworkSize[];
}

/** Steps of processes of one thread each, with and without a sum. */
export interface Overlap {
  commit: string;
  load?: string;
  processes: number;
  /** Examples of all processes together. */
  batch: number;
  floats: number;
  rounds: OverlapRound[];
}

/** Milliseconds. */
export interface OverlapRound {
  /** A step without any sum. */
  alone: number;
  /** A step, and a sum after it. */
  after: number;
  /** A step, and a sum meanwhile. */
  beside: number;
}

/** A training in one process and in several, round by round. */
export interface Together {
  processes: number;
  batch: number;
  rounds: TogetherRound[];
}

/** Medians over the steps of a round. */
export interface TogetherRound {
  /** Wall time of a step. */
  one: number;
  many: number;
  /** Time that the processors worked for a step, over all processes; other work on the machine lengthens it little. */
  oneProcessor: number;
  manyProcessor: number;
  /** Share of a step that the process spent in sums which waited least: what the sums themselves take. */
  share: number;
}

/** What a training's cost depends on. */
export interface NetworkSize {
  name: string;
  /** Numbers of the gradients that a step sums. */
  parameters: number;
  /** Multiplications, each with an addition, of all passes of a training step, for one example. */
  multiplications: number;
  /** Normal numbers that a step draws for one example. */
  draws: number;
  /** Examples of a step on one accelerator. */
  batch: number;
}
