/** Runs one of several pieces of work, so that the fractions all of them yield go from 0 to 1 together. */
export function* partOf<T>(work: Generator<number, T>, from: number, to: number): Generator<number, T> {
  for (let step = work.next(); ; step = work.next()) {
    if (step.done) return step.value;
    yield from + (to - from) * step.value;
  }
}
