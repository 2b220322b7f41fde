import { cpus } from 'node:os';
import { openPipeline, samplerOf } from '@diffgan/runs';
import type { TimingOf } from '../../measurement.ts';
import type { Workplace } from '../workplace.ts';
import { callsOf } from './drawn.ts';
import type { Measured, Place } from './measured.ts';

/** Times the drawing of a batch, after one that compiles and does not count. */
export async function measureTiming(
  { sampling, batch, repeats }: Pick<TimingOf, 'sampling' | 'batch' | 'repeats'>,
  { run }: Place,
  { terminal, signal }: Workplace,
): Promise<Measured<'timing'>> {
  const pipeline = await openPipeline(run, { sampling });
  const sampler = samplerOf({ seed: 0, batch }, pipeline, { signal });
  try {
    const all: number[] = [];
    for (let i = 0; i <= repeats; i++) {
      const began = performance.now();
      (await sampler.draw(i)).dispose();
      if (i > 0) all.push((performance.now() - began) / 1000);
      terminal.progress(i / repeats, `${i}/${repeats} batches of ${batch}`);
    }
    const seconds = [...all].sort((a, b) => a - b)[Math.floor(all.length / 2)];
    const cores = cpus();
    const processor = `${cores.length} × ${cores[0]?.model.trim() ?? 'unknown'}`;
    return { values: { seconds, all, calls: callsOf(pipeline), processor }, files: {} };
  } finally {
    terminal.finish();
    sampler.dispose();
    pipeline.dispose();
  }
}
