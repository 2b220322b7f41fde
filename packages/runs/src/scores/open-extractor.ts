import { fashionCnn, type FeatureExtractor, inceptionV3 } from '@diffgan/fid';
import type { PipelineDescription } from '@diffgan/hub';
import { UsageError } from '../errors.ts';

/** Names of extractors on the command line. */
export const extractorNames = ['fashion-cnn', 'inception'] as const;

/** Name of an extractor on the command line. */
export type ExtractorName = (typeof extractorNames)[number];

/** How other programs make images as large as the Inception network takes them, and scale their bytes. */
const resizings = {
  pytorch: { resize: 'pytorch', scaling: 'pytorch' },
  tensorflow: { resize: 'tensorflow', scaling: 'tensorflow' },
  pillow: { resize: 'pillow', scaling: 'tensorflow' },
} as const;

/** Names of `inceptionV3`'s ways to resize on the command line: of pytorch-fid, of guided-diffusion and of clean-fid. */
export const resizeNames = Object.keys(resizings) as (keyof typeof resizings)[];

/** A way to resize on the command line. */
export type ResizeName = keyof typeof resizings;

/**
 * Refuses a model that draws what an extractor does not take.
 *
 * @throws UsageError
 * @example
 * ```ts
 * checkScored(await checkModel('shipped'), 'fashion-cnn');
 * ```
 */
export function checkScored(
  { name, sampleShape }: Pick<PipelineDescription, 'name' | 'sampleShape'>,
  extractor: ExtractorName,
): void {
  const shape = sampleShape.join('×');
  if (sampleShape.length !== 3) throw new UsageError(`${name} draws points of ${shape}; only images can be scored`);
  if (extractor === 'fashion-cnn' && shape !== '28×28×1')
    throw new UsageError(
      `${name} draws images of ${shape}, and fashion-cnn takes 28×28×1 alone; use --extractor inception`,
    );
}

/**
 * The network that makes features. The caller disposes it.
 *
 * @example
 * ```ts
 * const extractor = await openExtractor({ extractor: 'fashion-cnn' });
 * extractor.dispose();
 * ```
 */
export async function openExtractor({
  extractor,
  weights,
  resize = 'pytorch',
}: {
  extractor: ExtractorName;
  weights?: string;
  resize?: ResizeName;
}): Promise<FeatureExtractor> {
  return extractor === 'inception' && weights !== undefined ? inceptionV3(weights, resizings[resize]) : fashionCnn();
}
