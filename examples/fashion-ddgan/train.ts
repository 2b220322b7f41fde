// Trains the denoising diffusion GAN whose weights the `diffgan` package ships. Interrupt and repeat it as you like: it goes on from its
// checkpoint. npm run train -w examples/fashion-ddgan -- --steps 12000 --out runs/fashion-ddgan
import { appendFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import type * as tf from '@tensorflow/tfjs-core';
import { fashionMnist, imageGrid } from '@diffgan/data';
import { foldIn, key } from '@diffgan/ops';
import { selectBackend } from '@diffgan/runtime';
import { ddganSampler, run } from '@diffgan/samplers';
import { vpSchedule } from '@diffgan/schedule';
import { setParameters, trainDdgan } from '@diffgan/training';
import { ddganDiscriminator, ddganGenerator, presets, saveModel } from '@diffgan/unet';

const { values } = parseArgs({
  options: {
    steps: { type: 'string', default: '12000' },
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
  checkpoint: { file: `${out}/checkpoint.safetensors`, every: 500, resume: true },
  signal: controller.signal,
});

let window: string[] = [];
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
    window.push(JSON.stringify({ step, ...losses, seconds }));
    if (step % 100 === 0 || step === steps) {
      await appendFile(log, `${window.join('\n')}\n`);
      window = [];
      console.log(
        `step ${step}/${steps}  critic ${losses.critic.toFixed(3)}  generator ${losses.generator.toFixed(3)}  ${seconds.toFixed(2)} s`,
      );
    }
    if (step % 1000 === 0) await draw(event.networks.generator.vectors.average, `${out}/samples-${step}.png`);
  }
  next = await training.next();
}

const { averages } = next.value;
await draw(averages.generator, `${out}/samples.png`);
setParameters(generator, averages.generator);
await saveModel(`${out}/generator`, generator);
await saveModel(`${out}/critic`, critic);
console.log(`Weights, samples.png and metrics.jsonl are in ${out}`);
