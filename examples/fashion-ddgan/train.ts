// Trains the denoising diffusion GAN whose weights the `diffgan` package ships. Interrupt and repeat it as you like: it goes on from its
// checkpoint. npm run train -w examples/fashion-ddgan -- --steps 8000
import { appendFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import * as tf from '@tensorflow/tfjs-core';
import { fashionMnist, imageGrid } from '@diffgan/data';
import { foldIn, key } from '@diffgan/ops';
import { selectBackend } from '@diffgan/runtime';
import { ddganSampler, run } from '@diffgan/samplers';
import { vpSchedule } from '@diffgan/schedule';
import { loadCheckpoint, setParameters, trainDdgan } from '@diffgan/training';
import { ddganDiscriminator, ddganGenerator, presets, saveModel } from '@diffgan/unet';

const { values } = parseArgs({
  options: {
    steps: { type: 'string', default: '8000' },
    seed: { type: 'string', default: '0' },
    out: { type: 'string', default: 'runs/fashion-ddgan' },
    backend: { type: 'string' },
  },
});
const out = values.out;
const seed = key(Number(values.seed));
const schedule = vpSchedule(4);
const preset = presets['fashion-mnist-tiny'];

await selectBackend(values.backend);
const data = await fashionMnist({ split: 'train' });
await mkdir(out, { recursive: true });

const generator = ddganGenerator(preset.generator, { key: foldIn(seed, 2) });
const critic = ddganDiscriminator(preset.discriminator, { key: foldIn(seed, 3) });
const averaged = ddganGenerator(preset.generator);
const log = `${out}/metrics.jsonl`;
const checkpoint = `${out}/checkpoint.safetensors`;

async function draw(average: tf.Tensor1D, file: string): Promise<void> {
  setParameters(averaged, average);
  const samples = await run(ddganSampler(averaged, schedule, { shape: [100, 28, 28, 1], key: key(7) }));
  await writeFile(file, await imageGrid(samples as tf.Tensor4D, { columns: 10, scale: 2 }));
  samples.dispose();
}

const controller = new AbortController();
process.once('SIGINT', () => controller.abort());
const training = trainDdgan({ generator, critic }, schedule, {
  data,
  steps: Number(values.steps),
  key: seed,
  checkpoint: { file: checkpoint, every: 500, resume: true },
  signal: controller.signal,
});

interface Losses {
  critic: number;
  generator: number;
  seconds: number;
}
let window: Losses[] = [];
const mean = (name: keyof Losses) => window.reduce((sum, line) => sum + line[name], 0) / window.length;
let next = await training.next();
while (!next.done) {
  const event = next.value;
  if (event.type === 'resume') {
    // a killed run may have logged steps after its last checkpoint; they are repeated
    const lines = event.step === 0 ? '' : await readFile(log, 'utf8');
    const kept = lines
      .split('\n')
      .filter((line) => line !== '' && (JSON.parse(line) as { step: number }).step <= event.step);
    await writeFile(log, kept.map((line) => `${line}\n`).join(''));
  }
  if (event.type === 'step') {
    const { step, steps, losses, seconds } = event;
    window.push({ critic: losses.critic, generator: losses.generator, seconds });
    if (step % 100 === 0 || step === steps) {
      const line = { step, critic: mean('critic'), generator: mean('generator'), seconds: mean('seconds') };
      await appendFile(log, `${JSON.stringify(line)}\n`);
      console.log(
        `step ${step}/${steps}  critic ${line.critic.toFixed(3)}  generator ${line.generator.toFixed(3)}  ${line.seconds.toFixed(2)} s/step`,
      );
      window = [];
    }
    if (step % 1000 === 0) {
      const vectors = await event.vectors();
      await draw(vectors.generator.average, `${out}/samples-${step}.png`);
      tf.dispose(vectors);
    }
  }
  next = await training.next();
}

const { averages } = next.value;
await draw(averages.generator, `${out}/samples.png`);
setParameters(generator, averages.generator);
await saveModel(`${out}/generator`, generator);
await saveModel(`${out}/critic`, critic);
const { settings } = await loadCheckpoint(checkpoint);
await writeFile(`${out}/run.json`, `${JSON.stringify(settings, null, 2)}\n`);
console.log(`Weights, samples.png and metrics.jsonl are in ${out}`);
