/** Throws for a schedule of `edmSchedule`: its positions tell the network σ, which would no longer be so. */
export function refuseEdm(caller: string, name: string): void {
  if (name === 'edm') throw new RangeError(`${caller}: an edm schedule tells σ; give other ends`);
}
