/** Throws unless `steps` is a whole number of at least one step. */
export function checkSteps(caller: string, steps: number): void {
  if (!Number.isSafeInteger(steps) || steps < 1)
    throw new RangeError(`${caller}: steps is ${steps}; give the number of diffusion steps, a whole number ≥ 1`);
}
