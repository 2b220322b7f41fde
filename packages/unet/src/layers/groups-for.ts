/** The groups of a group norm unless told: 32, or a quarter of the channels where there are fewer than 128; fewer where that does not divide. */
export function groupsFor(channels: number): number {
  let groups = Math.max(1, Math.min(32, Math.floor(channels / 4)));
  while (channels % groups !== 0) groups--;
  return groups;
}
