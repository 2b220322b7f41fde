import { fashionCnn, type FeatureExtractor, inceptionV3 } from '@diffgan/fid';

/** Names of extractors on the command line. */
export const extractorNames = ['fashion-cnn', 'inception'] as const;

/** Name of an extractor on the command line. */
export type ExtractorName = (typeof extractorNames)[number];

/** The network that makes features. The caller disposes it. */
export async function openExtractor({
  extractor,
  weights,
}: {
  extractor: ExtractorName;
  weights?: string;
}): Promise<FeatureExtractor> {
  return extractor === 'inception' && weights !== undefined ? inceptionV3(weights) : fashionCnn();
}
