import { cpus } from 'node:os';
import type { TimingOf } from '@diffgan/experiments';
import { drawerOf } from '../../sample/batch-maker.ts';
import { closeDrawable, openDrawable } from '../../sample/open-drawable.ts';
import type { Workplace } from '../workplace.ts';
import { callsOf } from './drawn.ts';
import type { Measured, Place } from './measured.ts';

/** Times the drawing of a batch, after one that compiles and does not count. */
export async function measureTiming(
  { sampling, batch, repeats }: Pick<TimingOf, 'sampling' | 'batch' | 'repeats'>,
  { run }: Place,
  { terminal, signal }: Workplace,
): Promise<Measured<'timing'>> {
  const drawable = await openDrawable(run, { sampling });
  const drawer = drawerOf({ seed: 0, batch, precision: 'float32' }, drawable, { signal });
  try {
    const all: number[] = [];
    for (let i = 0; i <= repeats; i++) {
      const began = performance.now();
      (await drawer.draw(i)).dispose();
      if (i > 0) all.push((performance.now() - began) / 1000);
      terminal.progress(i / repeats, `${i}/${repeats} batches of ${batch}`);
    }
    const seconds = [...all].sort((a, b) => a - b)[Math.floor(all.length / 2)];
    const cores = cpus();
    const processor = `${cores.length} × ${cores[0]?.model.trim() ?? 'unknown'}`;
    return { values: { seconds, all, calls: callsOf(drawable), processor }, files: {} };
  } finally {
    terminal.finish();
    drawer.dispose();
    closeDrawable(drawable);
  }
}
