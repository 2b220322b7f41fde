import type { Results } from './results.ts';

/** What the numbers say of a claim. */
export interface Judgement {
  readonly verdict: 'holds' | 'does not hold' | 'not shown';
  /** The numbers, in a sentence. */
  readonly because: string;
}

/** Results of the experiments by their ids; undefined for those that have none. */
export type ResultsOf = (id: string) => Results | undefined;

/** Something that a paper claims. */
export interface Claim {
  readonly claim: string;
  readonly paper: string;
  /** Experiments whose numbers decide. */
  readonly experiments: readonly string[];
  judge(resultsOf: ResultsOf): Judgement;
}

/** What is said as long as the numbers are not there. */
export const notRun = (id: string): Judgement => ({
  verdict: 'not shown',
  because: `${id} has not been run far enough.`,
});
