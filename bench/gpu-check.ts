// What holds on this machine's GPU, in ten minutes: whether WebGPU through Dawn, TensorFlow on CUDA and PyTorch on CUDA compute the same as
// WASM, how fast they are, and whether the suites of WebGPU pass. What is not installed is said to be absent; what fails ends no other part.
// The JSON is written anew after each part.
//
//   npm run gpu-check -- --json gpu-check.json
//   npm run gpu-check -- --software               # tries the check itself, small, with a CPU in the place of the card
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { environmentFor } from './gpu/gpu-columns.ts';
import { gpuParts } from './gpu/gpu-parts.ts';
import { gpuTable } from './gpu/gpu-table.ts';
import { type Finding, runParts } from './gpu/run-parts.ts';

const { values } = parseArgs({
  options: {
    json: { type: 'string', default: 'gpu-check.json' },
    minutes: { type: 'string', default: '10' },
    software: { type: 'boolean', default: false },
  },
});
const seconds = 60 * Number(values.minutes);
if (!(seconds > 0)) throw new RangeError(`--minutes: ${values.minutes} is not a number above 0`);
const place = values.software ? 'software' : 'card';

const interrupt = new AbortController();
process.once('SIGINT', () => interrupt.abort(new Error('interrupted')));
Object.assign(process.env, environmentFor(place));
const folder = mkdtempSync(join(tmpdir(), 'diffgan-gpu-'));
let told = 0;
const findings = await runParts(gpuParts(folder, place), { seconds, signal: interrupt.signal, onFinding });
rmSync(folder, { recursive: true });
console.log(`${gpuTable(findings)}\n\n${values.json} has been written`);
const bad = findings.some(({ verdict }) => verdict === 'failed' || verdict === 'cut short');
process.exit(interrupt.signal.aborted ? 130 : bad ? 1 : 0); // a part that was left behind shall not keep the process

function onFinding(found: readonly Finding[]): void {
  writeFileSync(
    values.json,
    `${JSON.stringify({ date: new Date().toISOString(), place, findings: found }, null, 1)}\n`,
  );
  for (const { name, verdict, why, facts } of found.slice(told))
    console.error(`${name}: ${verdict}; ${[facts.found, why].filter(Boolean).join('; ')}`);
  told = found.length;
}
