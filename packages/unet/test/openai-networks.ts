import {
  createModel,
  type DdpmUnetConfig,
  type LayoutName,
  loadWeights,
  type NoiseClassifierConfig,
} from '@diffgan/unet';
import adaptiveUrl from './golden/openai-adaptive-classifier.safetensors?url&inline';
import adaptiveResultsUrl from './golden/openai-adaptive-classifier-results.safetensors?url&inline';
import classifierUrl from './golden/openai-classifier.safetensors?url&inline';
import classifierResultsUrl from './golden/openai-classifier-results.safetensors?url&inline';
import guidedUrl from './golden/openai-guided.safetensors?url&inline';
import guidedResultsUrl from './golden/openai-guided-results.safetensors?url&inline';
import improvedUrl from './golden/openai-improved.safetensors?url&inline';
import improvedResultsUrl from './golden/openai-improved-results.safetensors?url&inline';
import plainUrl from './golden/openai-plain.safetensors?url&inline';
import plainResultsUrl from './golden/openai-plain-results.safetensors?url&inline';
import { bytesOf, Golden } from './parity.ts';

// The golden files are what golden/make-openai.py makes of the same networks in PyTorch.

/** What the networks have in common. */
export const openaiCommon: DdpmUnetConfig = {
  kind: 'ddpm-unet',
  imageSize: 8,
  channels: 2,
  baseChannels: 4,
  channelMultipliers: [1, 2],
  blocksPerLevel: 1,
  attentionResolutions: [4],
  downPadding: 'around',
  groups: 2,
  epsilon: 1e-5,
  cosineFirst: true,
  frequencyShift: 0,
};

/** A network of OpenAI's: its weights and what it makes of the inputs. */
export interface OpenaiNetwork {
  config: DdpmUnetConfig | NoiseClassifierConfig;
  layout: LayoutName;
  files: [weights: string, results: string];
}

const classifierCommon = { ...openaiCommon, kind: 'noise-classifier', classes: 5, middle: 'attention' } as const;

export const openaiNetworks: Record<string, OpenaiNetwork> = {
  'improved-diffusion': {
    config: { ...openaiCommon, heads: 4, scaleShiftNorm: true, learnedVariance: true, classes: 3 },
    layout: 'openai',
    files: [improvedUrl, improvedResultsUrl],
  },
  'guided-diffusion with the new order of attention': {
    config: {
      ...openaiCommon,
      attentionResolutions: [4, 8],
      headChannels: 2,
      scaleShiftNorm: true,
      resampling: 'block',
      learnedVariance: true,
    },
    layout: 'openai-new-order',
    files: [guidedUrl, guidedResultsUrl],
  },
  'improved-diffusion without convolutions between sizes': {
    config: { ...openaiCommon, heads: 2, resampling: 'plain' },
    layout: 'openai',
    files: [plainUrl, plainResultsUrl],
  },
  'a classifier of guided-diffusion': {
    config: { ...classifierCommon, headChannels: 2, scaleShiftNorm: true, resampling: 'block', pool: 'attention' },
    layout: 'openai',
    files: [classifierUrl, classifierResultsUrl],
  },
  'a classifier with a mean, told the step by more waves than its stem has channels': {
    config: { ...classifierCommon, heads: 2, timeChannels: 8 },
    layout: 'openai',
    files: [adaptiveUrl, adaptiveResultsUrl],
  },
};

/** The network here, and the golden file for its inputs. */
export async function fromOpenai({ config, layout, files: [weights, results] }: OpenaiNetwork) {
  const model = createModel(config);
  await loadWeights(model, await bytesOf(weights), { layout });
  const inputs = ['xt', 'position', ...(config.kind === 'ddpm-unet' && config.classes ? ['label'] : [])];
  return { model, golden: await Golden.read(results), inputs };
}
