import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { loadCheckpoint } from '@diffgan/training';
import { trainToy } from './run.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { shortRun } from './toy.ts';

const path = temporaryFolder();
const script = fileURLToPath(new URL('fixtures/train-until-killed.ts', import.meta.url));
const steps = 14;

/** Runs the script and kills it when it prints `last`; resolves to the signal that ended it. */
async function trainInChild(file: string, last: string): Promise<string | null> {
  const flags = ['--conditions=@diffgan/source', '--import', 'tsx'];
  const child = spawn(process.execPath, [...flags, script, file, String(steps)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<string | null>((resolve) => child.once('close', (_, signal) => resolve(signal)));
  for await (const line of createInterface({ input: child.stdout })) if (line === last) child.kill('SIGKILL');
  return ended;
}

test('kill -9 in the middle of a run costs the steps since the checkpoint and nothing else', async () => {
  const file = path('state');
  const whole = await trainToy(shortRun({ steps }));
  // once between two checkpoints, once right after an event that a write follows
  expect(await trainInChild(file, 'step 5')).toBe('SIGKILL');
  expect([3, 6]).toContain((await loadCheckpoint(file)).step);
  expect(await trainInChild(file, 'step 9')).toBe('SIGKILL');
  expect([6, 9]).toContain((await loadCheckpoint(file)).step);
  const rest = await trainToy(shortRun({ steps, checkpoint: { file, resume: true } }));
  expect(rest.events[0].type).toBe('resume');
  expect(rest.vectors).toEqual(whole.vectors);
});
