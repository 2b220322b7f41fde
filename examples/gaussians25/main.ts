// Trains a denoising diffusion GAN of 25 Gaussians with one adversarial loss after the other, beside them a DDPM and a plain GAN, and
// compares them. Interrupt and repeat it as you like: finished runs are kept, an unfinished one goes on from its checkpoint.
//
//   npm run gaussians25                        # all
//   npm run gaussians25 -- --only gan,wgan     # some
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { writeAtomically } from '@diffgan/files';
import { type Outcome, outcomeOf } from './outcome.ts';
import { type Plan, plans } from './plans.ts';
import { htmlPage, markdownTable, picturesTable } from './report.ts';

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    out: { type: 'string', default: 'runs' },
    backend: { type: 'string' },
    docs: { type: 'boolean', default: false },
  },
});
const chosen = (values.only?.split(',') ?? plans.map(({ name }) => name)).map(planOf);
const folderOf = ({ name }: Plan) => `${values.out}/${name}`;

for (const plan of chosen) if (!existsSync(`${folderOf(plan)}/result.json`)) await train(plan);
const outcomes = await Promise.all(chosen.map((plan) => outcomeOf(plan, folderOf(plan))));
await writeAtomically(`${values.out}/report.html`, htmlPage(outcomes));
console.log(`\n${markdownTable(outcomes)}\n\nScatter plots: ${values.out}/report.html`);
if (values.docs) await writeDocs(outcomes);

function planOf(name: string): Plan {
  const plan = plans.find((other) => other.name === name);
  if (!plan) throw new RangeError(`--only: ${name} is not one of ${plans.map((other) => other.name).join(', ')}`);
  return plan;
}

/** Starts a run, or goes on with it. */
async function train(plan: Plan): Promise<void> {
  const begun = existsSync(`${folderOf(plan)}/config.json`);
  const { preset, loss } = plan;
  const given = ['--preset', preset, ...(loss === undefined ? [] : ['--set', `training.loss=${loss}`])];
  const how = begun ? ['--resume'] : [...given, ...(values.backend === undefined ? [] : ['--backend', values.backend])];
  const flags = ['--conditions=@diffgan/source', '--import', 'tsx', fileURLToPath(import.meta.resolve('diffgan/main'))];
  const child = spawn(process.execPath, [...flags, 'train', ...how, '--out', folderOf(plan)], { stdio: 'inherit' });
  // Ctrl-C reaches the child by itself; it saves its state and says how to go on.
  const [wait, forward] = [() => undefined, () => void child.kill('SIGTERM')];
  process.on('SIGINT', wait).on('SIGTERM', forward);
  const [code] = (await once(child, 'close')) as [number | null];
  process.off('SIGINT', wait).off('SIGTERM', forward);
  if (code !== 0) process.exit(code ?? 1);
}

/** Replaces the table and the pictures of docs/gaussians25.md. */
async function writeDocs(found: readonly Outcome[]): Promise<void> {
  const docs = fileURLToPath(new URL('../../docs/', import.meta.url));
  await mkdir(`${docs}gaussians25`, { recursive: true });
  for (const { plan, picture } of found) await copyFile(picture, `${docs}gaussians25/${plan.name}.svg`);
  const parts = {
    table: markdownTable(found),
    pictures: picturesTable(found, ({ plan }) => `gaussians25/${plan.name}.svg`),
  };
  let text = await readFile(`${docs}gaussians25.md`, 'utf8');
  for (const [name, part] of Object.entries(parts))
    text = text.replace(new RegExp(`(<!-- ${name} -->\n)[^]*?(<!-- end -->)`), `$1\n${part}\n\n$2`);
  await writeFile(`${docs}gaussians25.md`, text);
}
