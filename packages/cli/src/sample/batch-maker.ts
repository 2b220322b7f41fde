import type { Tensor4D } from '@tensorflow/tfjs-core';
import { batchFeatures, type FeatureExtractor } from '@diffgan/fid';
import { foldIn, key } from '@diffgan/ops';
import { openExtractor } from '../scores/open-extractor.ts';
import { UsageError } from '../terminal/usage-error.ts';
import { BatchDrawer } from './batch-drawer.ts';
import type { DrawJob, DrawnBatch } from './draw-job.ts';
import type { Drawable } from './drawable.ts';
import { closeDrawable, openDrawable } from './open-drawable.ts';

interface Opening {
  signal?: AbortSignal;
  /** Called with the share of a batch that is drawn. */
  onStep?: (fraction: number) => void;
}

/** What draws the samples of a job: each from a key of its own. */
export function drawerOf(
  { seed, batch, precision }: Pick<DrawJob, 'seed' | 'batch' | 'precision'>,
  drawable: Drawable,
  { signal, onStep }: Opening = {},
): BatchDrawer {
  const root = typeof seed === 'number' ? key(seed) : undefined;
  return new BatchDrawer(drawable, {
    // a batch is always full: what comes behind the last seed is dropped
    keyOf: (i) => (root ? foldIn(root, i) : key((seed as readonly number[])[i] ?? 0)),
    ...{ batch, precision },
    compiled: true, // always, so that a sample does not depend on how many there are
    signal,
    onStep: ({ index, total }) => onStep?.((index + 1) / total),
  });
}

/** Draws the batches of a job, and makes their features if they are wanted: what each process does. */
export class BatchMaker {
  private constructor(
    readonly job: DrawJob,
    readonly drawable: Drawable,
    readonly drawer: BatchDrawer,
    readonly extractor: FeatureExtractor | undefined,
  ) {}

  /** Opens what a job takes. The caller ends with `close`. */
  static async open(job: DrawJob, { signal, onStep }: Opening = {}): Promise<BatchMaker> {
    const drawable = await openDrawable(job.from, job);
    try {
      if (job.features && drawable.shape.length !== 3)
        throw new UsageError(`${drawable.name} draws points of ${drawable.shape.join('×')}; only images can be scored`);
      const drawer = drawerOf(job, drawable, { signal, onStep });
      return new BatchMaker(job, drawable, drawer, job.features && (await openExtractor(job.features)));
    } catch (error) {
      closeDrawable(drawable);
      throw error;
    }
  }

  /** Batch i; the last one is smaller. */
  async make(i: number): Promise<DrawnBatch> {
    const { count, batch, features } = this.job;
    const drawn = await this.drawer.draw(i, Math.min(batch, count - i * batch));
    try {
      const made = { samples: await drawn.data<'float32'>(), shape: [...drawn.shape] };
      if (!this.extractor) return made;
      const how = { batch, range: '[-1, 1]', logits: features?.logits } as const;
      return { ...made, features: await batchFeatures(this.extractor, drawn as Tensor4D, how) };
    } finally {
      drawn.dispose();
    }
  }

  close(): void {
    this.drawer.dispose();
    this.extractor?.dispose();
    closeDrawable(this.drawable);
  }
}
