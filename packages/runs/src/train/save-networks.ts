import { setParameters, type TrainResult } from '@diffgan/training';
import { saveModel } from '@diffgan/unet';
import { saveGamma } from '../run/gamma-folder.ts';
import type { RunParts } from './train-run.ts';

/** Writes the averaged weights as model folders, those of further decays beside them. */
export async function saveNetworks({ averages }: TrainResult, { models, folder, config }: RunParts): Promise<void> {
  const { networks, gamma } = models;
  for (const [name, vector] of Object.entries(averages).reverse()) {
    const [base] = name.split('@'); // the first decay comes last, and stays in the models
    if (base === 'gamma') {
      setParameters(gamma!, vector);
    } else {
      setParameters(networks[base], vector);
      await saveModel(folder.file(name), networks[base]);
    }
  }
  if (gamma && config.task === 'vdm') await saveGamma(folder.file('gamma'), gamma, config.schedule);
}
