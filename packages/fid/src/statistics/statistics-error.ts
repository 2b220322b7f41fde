/** Statistics that cannot be added to, merged or compared: too few samples, other dimensions or another extractor. */
export class StatisticsError extends Error {
  override readonly name = 'StatisticsError';
}
