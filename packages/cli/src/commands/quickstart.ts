import type { Tensor4D } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { imageGrid } from '@diffgan/data';
import { fashionCnn, formatFid } from '@diffgan/fid';
import { writeAtomically } from '@diffgan/files';
import { loadModel, saveModel } from '@diffgan/unet';
import { modelFolder } from '@diffgan/weights';
import { runRecords } from '@diffgan/records/node';
import { trainingPace } from '@diffgan/records';
import { Interrupted } from '../terminal/interrupt.ts';
import { asQuickstartConfig, pipelineOf, type QuickstartConfig, quickstartDefaults } from '../quickstart/config.ts';
import { prepareBackend } from '../setup/prepare-backend.ts';
import { prepareData } from '../setup/prepare-fashion-mnist.ts';
import { DEFAULT_OUT, type QuickstartOptions } from '../quickstart/options.ts';
import { type QuickstartResult, quickstartReport, type Timing } from '../quickstart/report.ts';
import { RunFolder } from '../run/run-folder.ts';
import { floorScore, score, scoreNoise } from '../scores/fashion-fid.ts';
import { makeNetworks, stepsFor, type Surroundings, trainRun } from '../quickstart/train.ts';
import { timedSamples } from '../sample/timed-samples.ts';
import { shippedModel } from '../run/shipped-model.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { keysOf } from '../run/keys.ts';
import { version } from '../terminal/version.ts';

const GRID = { columns: 10, scale: 2 };
const BATCH = 100; // images per network call when drawing

/** From nothing to scored samples: set-up, shipped weights, a short training, pictures, scores, report. */
export async function quickstart(
  options: QuickstartOptions,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<QuickstartResult> {
  const folder = new RunFolder(options.out);
  const earlier = options.resume ? await folder.readConfig(asQuickstartConfig) : undefined;

  terminal.heading('Set-up');
  const backend = await prepareBackend(earlier?.backend ?? options.backend, terminal, signal);
  const data = await prepareData(terminal, signal);
  if (earlier === undefined) {
    const aside = await folder.begin();
    if (aside !== undefined) terminal.say(`The run that was in ${folder.path} is now in ${aside}`);
  }
  const surroundings: Surroundings = { folder, terminal, signal };

  terminal.heading('Drawing with the shipped weights');
  const shipped = await loadModel(new URL('generator/', modelFolder(shippedModel)));
  await drawGrid(shipped, quickstartDefaults, {
    ...surroundings,
    seed: earlier?.seed ?? options.seed,
    name: 'samples-pretrained.png',
  });

  terminal.heading(`Training a denoising diffusion GAN, T = ${quickstartDefaults.diffusionSteps}`);
  const config = earlier ?? (await resolveConfig(options, { backend: backend.name, data, signal }));
  if (earlier === undefined) await folder.writeConfig(config);
  terminal.say(`${config.steps} steps of ${config.batch} images, seed ${config.seed}; Ctrl-C saves and stops`);
  const networks = makeNetworks(config);
  const records = await runRecords(folder.path, { resume: options.resume });
  await explainInterrupt(options.out, () =>
    trainRun(networks, config, { ...surroundings, data, records, resume: options.resume }),
  );
  await saveModel(folder.file('generator'), networks.generator);
  await saveModel(folder.file('critic'), networks.critic);
  await drawGrid(networks.generator, config, { ...surroundings, seed: config.seed, name: 'samples.png' });

  terminal.heading('Scoring');
  const { scores, sampling } = await scoreBoth({ fresh: networks.generator, shipped }, config, surroundings);
  const result: QuickstartResult = {
    folder: folder.path,
    config,
    backend: backend.description,
    scores,
    sampling,
    training: { steps: config.steps, imagesPerSecond: trainingPace(records.lines).examplesPerSecond },
  };
  await writeAtomically(
    folder.file('report.html'),
    await quickstartReport(result, { folder, records, command: commandOf(config) }),
  );
  await writeAtomically(folder.file('result.json'), `${JSON.stringify(result, null, 2)}\n`);
  [networks.generator, networks.critic, shipped].forEach((model) => model.dispose());
  summarise(result, terminal);
  return result;
}

async function resolveConfig(
  { seed, steps, minutes, samples }: QuickstartOptions,
  { backend, data, signal }: { backend: string; data: Parameters<typeof stepsFor>[2]['data']; signal: AbortSignal },
): Promise<QuickstartConfig> {
  const config = { ...quickstartDefaults, seed, samples };
  return {
    ...config,
    version,
    backend,
    minutes: steps === undefined ? minutes : null,
    steps: steps ?? (await stepsFor(minutes, config, { data, signal })),
  };
}

/** Draws 100 images into a PNG. */
async function drawGrid(
  generator: LayersModel,
  config: Pick<QuickstartConfig, 'diffusionSteps'>,
  { folder, terminal, signal, seed, name }: Surroundings & { seed: number; name: string },
): Promise<void> {
  const key = keysOf(seed).samples;
  const { samples: images, secondsPerBatch } = await timedSamples(pipelineOf(generator, config), {
    count: BATCH,
    batch: BATCH,
    key,
    signal,
  });
  try {
    await writeAtomically(folder.file(name), await imageGrid(images as Tensor4D, GRID));
  } finally {
    images.dispose();
  }
  terminal.say(`${BATCH} images in ${secondsPerBatch.toFixed(1)} s: ${folder.file(name)}`);
}

async function scoreBoth(
  generators: { fresh: LayersModel; shipped: LayersModel },
  config: QuickstartConfig,
  { terminal, signal }: Surroundings,
): Promise<{ scores: QuickstartResult['scores']; sampling: Timing }> {
  const extractor = await fashionCnn();
  const keys = keysOf(config.seed);
  const timings: number[] = [];
  const scoreOf = async (generator: LayersModel, label: string) => {
    const { samples: images, secondsPerBatch } = await timedSamples(pipelineOf(generator, config), {
      count: config.samples,
      batch: BATCH,
      key: keys.samples,
      signal,
      onProgress: (done) => terminal.progress(done / config.samples, `${label}: ${done}/${config.samples} images`),
    });
    terminal.finish();
    timings.push(secondsPerBatch);
    try {
      return await score(extractor, images as Tensor4D, signal);
    } finally {
      images.dispose();
    }
  };
  try {
    const fresh = await scoreOf(generators.fresh, 'this run');
    const shipped = await scoreOf(generators.shipped, 'shipped weights');
    const noise = await scoreNoise(extractor, { count: config.samples, key: keys.noise, signal });
    const sampling = { networkCalls: config.diffusionSteps, batch: BATCH, secondsPerBatch: Math.min(...timings) };
    return { scores: { fresh, shipped, noise, floor: await floorScore() }, sampling };
  } finally {
    extractor.dispose();
  }
}

/** Turns an interruption of the training into directions how to go on. */
async function explainInterrupt(out: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    const where = out === DEFAULT_OUT ? '' : ` --out ${out}`;
    throw new Interrupted(`Stopped; the state is saved in ${out}. Go on with: npm start -- --resume${where}`, {
      cause: error,
    });
  }
}

const commandOf = ({ seed, steps }: QuickstartConfig) => `npm start -- --seed ${seed} --steps ${steps}`;

function summarise({ scores, sampling, folder, config }: QuickstartResult, terminal: Terminal): void {
  terminal.say(`noise            ${formatFid(scores.noise)}`);
  terminal.say(`this run         ${formatFid(scores.fresh)}`);
  terminal.say(`shipped weights  ${formatFid(scores.shipped)}`);
  terminal.say(`real images      ${formatFid(scores.floor)}`);
  terminal.say(
    `sampling         ${sampling.networkCalls} network calls, ${((1000 * sampling.secondsPerBatch) / sampling.batch).toFixed(1)} ms per image`,
  );
  terminal.heading('Done');
  terminal.say(`Pictures, weights and curves: ${folder}/report.html`);
  terminal.say(`The same again: ${commandOf(config)}`);
}
