import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { writeAtomically } from '@diffgan/files';
import { createPipeline, type Pipeline } from '@diffgan/hub';
import type { GammaNetwork } from '@diffgan/objectives';
import type { Key } from '@diffgan/ops';
import { type ReadVectors, setParameters } from '@diffgan/training';
import { createModel, type ModelConfig, saveModel } from '@diffgan/unet';
import { saveGamma } from '../run/gamma-folder.ts';
import { withSchema } from '../run/with-schema.ts';
import { compileNetwork } from '../sample/compile-network.ts';
import { timedSamples } from '../sample/timed-samples.ts';
import { usageOf } from '../sample/usage-of.ts';
import { makeGamma, scheduleOf } from '../tasks/make-networks.ts';
import { type RunConfig, tasks } from '../tasks/tasks.ts';

const IMAGES_PER_CALL = 100;
const POINTS_PER_CALL = 5000;

/** Copies of the networks that a run is drawn from, which hold its running averages while it goes on. The caller disposes them. */
export class Averages {
  readonly #name: string;
  readonly #model: LayersModel;
  readonly #gamma?: GammaNetwork;

  /**
   * @param config of a run that can be drawn from.
   * @throws UsageError when its networks and `sampling` do not fit together.
   */
  constructor(readonly config: RunConfig) {
    this.#name = tasks[config.task].drawn!;
    const networks: Readonly<Record<string, ModelConfig>> = { ...config.networks };
    this.#model = createModel(networks[this.#name], { key: null });
    if (config.task === 'vdm') this.#gamma = makeGamma(config.schedule);
    try {
      this.#pipeline(config.task === 'vdm' ? (t) => t : scheduleOf(config.schedule)); // shows what does not fit
    } catch (error) {
      this.dispose();
      throw usageOf(error);
    }
  }

  /** Takes over the averages of a run in training. */
  async read(vectors: ReadVectors): Promise<void> {
    const now = await vectors();
    try {
      this.set(Object.fromEntries(Object.entries(now).map(([name, { average }]) => [name, average])));
    } finally {
      tf.dispose(now);
    }
  }

  /** Takes over averages by the names of their networks; they stay the caller's. */
  set(averages: Readonly<Record<string, tf.Tensor1D>>): void {
    setParameters(this.#model, averages[this.#name]);
    if (this.#gamma && 'gamma' in averages) setParameters(this.#gamma, averages.gamma);
  }

  /** Writes a folder from which samples can be drawn, as from that of a run. */
  async save(folder: string): Promise<void> {
    const { config } = this;
    await saveModel(join(folder, this.#name), this.#model);
    if (config.task === 'vdm') await saveGamma(join(folder, 'gamma'), this.#gamma!, config.schedule);
    await writeAtomically(join(folder, 'config.json'), `${JSON.stringify(withSchema(config, folder), null, 2)}\n`);
  }

  /** Draws samples `[count, …]`; the caller disposes them. */
  async draw(options: {
    count: number;
    key: Key;
    signal: AbortSignal;
    onProgress?: (done: number) => void;
  }): Promise<tf.Tensor> {
    const { config } = this;
    const schedule = config.task === 'vdm' ? await this.#gamma!.toFunction() : scheduleOf(config.schedule);
    const pipeline = this.#pipeline(schedule);
    const most = pipeline.imageShape ? IMAGES_PER_CALL : POINTS_PER_CALL;
    const { samples } = await timedSamples(pipeline, { ...options, batch: Math.min(options.count, most) });
    return samples;
  }

  dispose(): void {
    this.#model.dispose();
    this.#gamma?.dispose();
  }

  #pipeline(schedule: Pipeline['schedule']): Pipeline {
    const { task, training, sampling } = this.config;
    return createPipeline({
      name: 'sampling',
      networks: { [this.#name]: this.#model },
      schedule,
      sampling,
      ablations: task === 'ddgan' ? training : undefined,
      compile: compileNetwork(),
    });
  }
}
