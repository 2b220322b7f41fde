import { join } from 'node:path';
import type { ImageDataset } from '@diffgan/data';
import { type BatchNats, loadData, measureBits, openBitsMeter } from '@diffgan/runs';
import type { BitsOf } from '../../measurement.ts';
import type { Workplace } from '../workplace.ts';
import { KeptJson } from './kept-json.ts';
import type { Measured, Place } from './measured.ts';

const BATCH = 50;
const TIMES = 32;

/** Bits per dimension by the bound of the model, batch by batch. */
export async function measureBitsOf(
  { split, count, seed, times = TIMES, gamma }: Omit<BitsOf, 'of' | 'name' | 'kind'>,
  { run, folder }: Place,
  { terminal, signal }: Workplace,
): Promise<Measured<'bits'>> {
  const { meter, data } = await openBitsMeter(run, { clip: true, times, straight: gamma === 'straight' });
  try {
    const images = (await loadData(data, { terminal, signal }))[split] as ImageDataset;
    const kept = new KeptJson<BatchNats>(join(folder, 'parts'));
    const { total, parts, variance } = await measureBits(meter, images, {
      ...{ count, batch: BATCH, seed, signal },
      onProgress: (done) => terminal.progress(done / count, `${Math.floor(done)}/${count} images`),
      known: (i) => kept.read(i),
      keep: (i, nats) => kept.write(i, nats),
    });
    return { values: { total, parts, ...(variance !== undefined && { variance }) }, files: {} };
  } finally {
    terminal.finish();
    meter.dispose();
  }
}
