import { NpzWriter } from '@diffgan/files';
import type { OutputBatch, SampleOutput } from './sample-output.ts';

/** `arr_0` as bytes NHWC (points: float32) and, of classes, `arr_1` as int64: what evaluations of guided diffusion read. */
export class NpzFile implements SampleOutput {
  readonly #labels: bigint[] = [];

  private constructor(
    readonly path: string,
    readonly writer: NpzWriter,
  ) {}

  static async create(path: string): Promise<NpzFile> {
    return new NpzFile(path, await NpzWriter.create(path));
  }

  async add({ samples, shape, labels = [] }: OutputBatch): Promise<void> {
    const data = shape.length === 4 ? toBytes(samples) : samples;
    await this.writer.append('arr_0', { shape, data });
    for (const label of labels) this.#labels.push(BigInt(label));
  }

  async finish(): Promise<void> {
    const labels = BigInt64Array.from(this.#labels);
    if (labels.length > 0) await this.writer.append('arr_1', { shape: [labels.length], data: labels });
    await this.writer.finish();
  }

  discard = () => this.writer.discard();
}

/** The levels that a PNG would have. @throws RangeError for what is no number: it must not become a level */
const toBytes = (values: Float32Array): Uint8Array =>
  Uint8Array.from(values, (value, i) => {
    if (!Number.isFinite(value)) throw new RangeError(`value ${i} of the samples is ${value}; they are not written`);
    return Math.round((Math.min(Math.max(value, -1), 1) + 1) * 127.5);
  });
