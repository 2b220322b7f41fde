import { type ChainParts, isImage } from './chain-parts.ts';

/** Where predicted examples are clipped: before a classifier guides them, or what came out by the sampler. */
export function clipping({ network, sampling }: ChainParts): { before: boolean; after: boolean } {
  const { clip = isImage(network), clipBeforeGuidance, guidanceForm } = sampling;
  if (guidanceForm === 'mean') return { before: clipBeforeGuidance ?? clip, after: false };
  const before = clipBeforeGuidance ?? false;
  return { before, after: sampling.clip ?? (clip && !before) };
}
