// Kills random processes of a team that trains on points of the plane, at random steps, and checks that the others end with the rank named, that no
// port stays held, and that the run goes on to the same bits as one that nobody disturbed:
//
//   npm run kill-together -- --times 20 --processes 2
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { killTogether } from '../packages/training/test/kill-together.ts';
import { flags } from './flags.ts';

const { times: kills, processes: size, seed } = flags({ times: 20, processes: 2, seed: 0 });
const say = (line: string) => process.stdout.write(`${line}\n`);
const folder = mkdtempSync(join(tmpdir(), 'diffgan-kill-'));
try {
  const files = { file: join(folder, 'state.safetensors'), wholeFile: join(folder, 'whole.safetensors') };
  const { whole, resumed, longest } = await killTogether({ ...files, kills, size, seed, say, steps: 15 * (kills + 1) });
  if (resumed.error !== undefined) throw new Error(resumed.error);
  if (!isDeepStrictEqual(resumed.weights, whole.weights)) throw new Error('the weights at the end are other ones');
  say(`${kills} kills, ${kills} resumes, the same weights to the bit; the others ended within ${longest.toFixed(1)} s`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
