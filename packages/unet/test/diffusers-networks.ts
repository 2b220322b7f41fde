import { ddpmUnet, loadWeights, unetConfigFromDiffusers } from '@diffgan/unet';
import blocksConfig from './golden/diffusers-blocks.json';
import blocksUrl from './golden/diffusers-blocks.safetensors?url&inline';
import blocksResultsUrl from './golden/diffusers-blocks-results.safetensors?url&inline';
import cifar10Config from './golden/diffusers-cifar10.json';
import cifar10Url from './golden/diffusers-cifar10.safetensors?url&inline';
import cifar10ResultsUrl from './golden/diffusers-cifar10-results.safetensors?url&inline';
import classesConfig from './golden/diffusers-classes.json';
import classesUrl from './golden/diffusers-classes.safetensors?url&inline';
import classesResultsUrl from './golden/diffusers-classes-results.safetensors?url&inline';
import noAttentionConfig from './golden/diffusers-no-attention.json';
import noAttentionUrl from './golden/diffusers-no-attention.safetensors?url&inline';
import noAttentionResultsUrl from './golden/diffusers-no-attention-results.safetensors?url&inline';
import noMiddleConfig from './golden/diffusers-no-middle.json';
import noMiddleUrl from './golden/diffusers-no-middle.safetensors?url&inline';
import noMiddleResultsUrl from './golden/diffusers-no-middle-results.safetensors?url&inline';
import oldConfig from './golden/diffusers-old.json';
import oldUrl from './golden/diffusers-old.safetensors?url&inline';
import oldResultsUrl from './golden/diffusers-old-results.safetensors?url&inline';
import unnormedConfig from './golden/diffusers-unnormed.json';
import unnormedUrl from './golden/diffusers-unnormed.safetensors?url&inline';
import unnormedResultsUrl from './golden/diffusers-unnormed-results.safetensors?url&inline';
import { bytesOf, Golden } from './parity.ts';

// The golden files are what golden/make-diffusers.py has diffusers write.

/** A network of diffusers: its config.json, its weights and what it makes of the inputs. */
export interface DiffusersNetwork {
  json: unknown;
  files: [weights: string, results: string];
  labelled?: true;
}

export const diffusersNetworks: Record<string, DiffusersNetwork> = {
  'google/ddpm-cifar10-32 at reduced width': { json: cifar10Config, files: [cifar10Url, cifar10ResultsUrl] },
  'a network with the old names of attention': { json: oldConfig, files: [oldUrl, oldResultsUrl] },
  'a class-conditional network with several heads': {
    json: classesConfig,
    files: [classesUrl, classesResultsUrl],
    labelled: true,
  },
  'a network whose blocks resample, with scale-shift norm and learned variance': {
    json: blocksConfig,
    files: [blocksUrl, blocksResultsUrl],
  },
  'a network with scale-shift norm and no norm before the attention in the middle': {
    json: unnormedConfig,
    files: [unnormedUrl, unnormedResultsUrl],
  },
  'a network without attention in the middle': {
    json: noAttentionConfig,
    files: [noAttentionUrl, noAttentionResultsUrl],
  },
  'a network without a middle': { json: noMiddleConfig, files: [noMiddleUrl, noMiddleResultsUrl] },
};

/** The network here, and the golden file for its inputs. */
export async function fromDiffusers({ json, files: [weights, results], labelled }: DiffusersNetwork) {
  const model = ddpmUnet(unetConfigFromDiffusers(json));
  await loadWeights(model, await bytesOf(weights), { layout: 'diffusers' });
  const inputs = ['xt', 'position', ...(labelled ? ['label'] : [])];
  return { model, golden: await Golden.read(results), inputs };
}
