import type * as tf from '@tensorflow/tfjs-core';
import { asImages } from '@diffgan/data';
import { type FashionCnn, fashionCnn, gaussianModes, modeCoverage, stackedLabels } from '@diffgan/fid';
import type { MetricOptions } from '@diffgan/training';
import type { DataConfig, PointData } from '../run/data-config.ts';
import { toyMixture } from '../run/toy-data.ts';
import { score } from './fashion-fid.ts';

/** Numbers that say how good samples are. The caller disposes it. */
export interface SampleMetric {
  /** Values by name; does not dispose the samples. */
  measure(samples: tf.Tensor, signal: AbortSignal): Promise<Record<string, number>>;
  /** Which of them decides what is best. */
  best: NonNullable<MetricOptions['best']>;
  dispose(): void;
}

/**
 * What samples of some data are measured by; undefined for data without a metric that needs nothing else.
 *
 * @param name what the data turned out to be, where they are loaded: files of the user in the place of Fashion-MNIST are not clothes
 * @example
 * ```ts
 * const metric = (await sampleMetric({ name: 'gaussians25', count: 1000 }))!;
 * const { signal } = new AbortController();
 * const { modes } = await metric.measure(tf.zeros([10, 2]), signal); // 1
 * metric.dispose();
 * ```
 */
export async function sampleMetric(data: DataConfig, name: string = data.name): Promise<SampleMetric | undefined> {
  switch (data.name) {
    case 'gaussians25':
    case 'three-gaussians':
      return modesOfPoints(data);
    case 'fashion-mnist':
      return name === data.name ? fidOfFashion(await fashionCnn()) : undefined;
    case 'stacked-fashion-mnist':
      return name === data.name ? modesOfStacks(await fashionCnn()) : undefined;
    default:
      return undefined;
  }
}

function modesOfPoints(data: PointData): SampleMetric {
  const { means, std } = toyMixture(data);
  return {
    async measure(samples) {
      const points = { data: Float64Array.from(await samples.data()), dim: 2 };
      const { modes, highQuality, kl } = gaussianModes(points, { centres: means.flat(), std });
      return { modes, highQuality, kl, quality: (highQuality * modes) / means.length };
    },
    best: { name: 'quality', better: 'more' },
    dispose: () => undefined,
  };
}

const fidOfFashion = (extractor: FashionCnn): SampleMetric => ({
  async measure(samples, signal) {
    const { name, value } = await score(extractor, asImages(samples), signal);
    return { [name]: value };
  },
  best: { name: `FID-${extractor.name}`, better: 'less' },
  dispose: () => extractor.dispose(),
});

const modesOfStacks = (classifier: FashionCnn): SampleMetric => ({
  async measure(samples, signal) {
    const labels = await stackedLabels({ classifier, classes: 10 }, asImages(samples), { signal });
    const { modes, kl } = modeCoverage(labels, { total: 1000 });
    return { modes, kl };
  },
  best: { name: 'kl', better: 'less' },
  dispose: () => classifier.dispose(),
});
