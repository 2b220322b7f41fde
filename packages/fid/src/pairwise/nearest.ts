/** The k nearest of the candidates offered for each of n rows. */
export class Nearest {
  /** Squared distances, k for each row, ascending; ∞ where there were fewer candidates. */
  readonly distances: Float64Array;
  /** Which candidates these are; of equally near ones those with the lower index. */
  readonly indices: Int32Array;

  constructor(
    n: number,
    readonly k: number,
  ) {
    this.distances = new Float64Array(n * k).fill(Infinity);
    this.indices = new Int32Array(n * k).fill(-1);
  }

  /** Considers a candidate; offer those of a row in ascending order where ties matter. */
  offer(row: number, candidate: number, distance: number): void {
    const { k, distances, indices } = this;
    const first = row * k;
    let place = first + k - 1;
    if (!(distance < distances[place])) return;
    for (; place > first && distance < distances[place - 1]; place--) {
      distances[place] = distances[place - 1];
      indices[place] = indices[place - 1];
    }
    distances[place] = distance;
    indices[place] = candidate;
  }

  /** The squared distance to the `k`-th nearest of every row. */
  radii(k: number): Float64Array {
    return Float64Array.from(
      { length: this.distances.length / this.k },
      (_, row) => this.distances[row * this.k + k - 1],
    );
  }
}
