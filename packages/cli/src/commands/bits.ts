import type { ImageDataset } from '@diffgan/data';
import { type Bits, loadData, measureBits, openBitsMeter, prepareBackend } from '@diffgan/runs';
import { UsageError } from '@diffgan/runs/errors';
import type { BitsCommandOptions } from '../bits/options.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { version } from '../terminal/version.ts';

/** What the command found out. */
export interface BitsResult extends Bits {
  readonly command: 'bits';
  readonly version: string;
  readonly from: string;
  readonly split: 'train' | 'test';
  readonly seed: number;
  readonly backend: string;
  readonly seconds: number;
}

/** Bounds how many bits per dimension a trained DDPM or VDM takes for images of its data set. */
export async function bits(options: BitsCommandOptions, terminal: Terminal, signal: AbortSignal): Promise<BitsResult> {
  const { from, split, seed, count, batch } = options;
  const began = performance.now();
  const backend = await prepareBackend(options.backend, terminal, signal);
  const { meter, data, about } = await openBitsMeter(from, options);
  try {
    const images = (await loadData(data, { terminal, signal }))[split] as ImageDataset | undefined;
    if (images === undefined) throw new UsageError(`the data of ${from} have no part ${split}; leave out --split`);
    terminal.say(`Bits of ${from}: ${about}`);
    const all = Math.min(count, images.count);
    const onProgress = (done: number) => terminal.progress(done / all, `${Math.floor(done)}/${all} images`);
    const found = await measureBits(meter, images, { count, batch, seed, signal, onProgress });
    terminal.finish();
    const seconds = (performance.now() - began) / 1000;
    const told = { command: 'bits', version, from, split, seed, backend: backend.description, seconds } as const;
    summarise(found, split, terminal);
    return { ...told, ...found };
  } finally {
    meter.dispose();
  }
}

function summarise({ total, parts, count }: Bits, split: string, terminal: Terminal): void {
  const line = ({ mean, standardError }: Bits['total']) => `${mean.toFixed(4)} ± ${standardError.toFixed(4)}`;
  terminal.heading(`Bits per dimension of ${count} images (${split}), ± standard error`);
  for (const [name, value] of Object.entries(parts)) terminal.say(`${name.padEnd(15)} ${line(value)}`);
  terminal.say(`${'bound'.padEnd(15)} ${line(total)}`);
}
