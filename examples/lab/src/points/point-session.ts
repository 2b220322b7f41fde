import * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { gaussianModes } from '@diffgan/fid';
import type { TrainEvent } from '@diffgan/training';
import { setParameters } from '@diffgan/training';
import { samplesAndWays } from './chains.ts';
import type { Answer, Look, Request, Scores, Snapshot } from './messages.ts';
import { hasModes, REACH } from './mixtures.ts';
import { type PointGame, pointGame } from './point-game.ts';
import { scalesOf } from './scales.ts';
import { stepBack } from './step-back.ts';

type StepEvent = Extract<TrainEvent, { type: 'step' }>;

/** Milliseconds between two snapshots at least, and how many times as long as one took, so that training has most of the time. */
const PAUSE = 60;
const SHARE = 4;
const SHOWN_DATA = 2000;

/** One training, driven by the page's requests, one thing after another. */
export class PointSession {
  #queue: Promise<void> = Promise.resolve();
  #game: PointGame | undefined;
  #look: Look = { t: 1, xt: [0, 0], ways: false };
  #last: StepEvent | undefined;
  #losses: Record<string, number> = {};
  #playing = false;
  #speed = Infinity;
  #snapshot = { at: 0, took: 0, step: 0 };
  #waitsToShow = false;

  constructor(readonly tell: (answer: Answer) => void) {}

  /** Does what a page asks, after what it asked before. */
  handle(request: Request): void {
    switch (request.type) {
      case 'start':
        this.#playing = false;
        return this.#then(() => this.#start(request));
      case 'look':
        this.#look = request.look;
        return this.#showSoon();
      case 'play':
        this.#speed = request.speed;
        if (this.#playing) return;
        this.#playing = true;
        return this.#then(() => this.#tick());
      case 'pause':
        this.#playing = false;
        return this.#showSoon();
      case 'step':
        this.#playing = false;
        return this.#then(async () => {
          await this.#step();
          await this.#show();
        });
    }
  }

  #then(task: () => Promise<void>): void {
    this.#queue = this.#queue.then(task).catch((error: unknown) => {
      this.#playing = false;
      this.tell({ type: 'failed', message: (error as Error).message });
    });
  }

  async #start({ settings, drawn, seed }: Extract<Request, { type: 'start' }>): Promise<void> {
    await this.#game?.training.return(undefined as never);
    this.#game?.dispose();
    this.#game = this.#last = undefined;
    this.#losses = {};
    const game = (this.#game = pointGame(settings, drawn, seed));
    this.#snapshot = { at: performance.now(), took: 0, step: 0 };
    const points = game.data.points.slice(0, 2 * SHOWN_DATA).map((x) => x / REACH);
    const levels = [...game.schedule.alphaBar].map((kept) => Math.sqrt(1 / kept - 1) / REACH);
    this.tell({ type: 'data', points, T: game.schedule.steps, levels });
    await this.#show();
  }

  /** One step of training, and the next one when its time has come. */
  async #tick(): Promise<void> {
    if (!this.#playing) return;
    const began = performance.now();
    await this.#step();
    const since = performance.now() - this.#snapshot.at;
    if (since > Math.max(PAUSE, SHARE * this.#snapshot.took) || !this.#playing) await this.#show();
    if (!this.#playing) return;
    const wait = 1000 / this.#speed - (performance.now() - began);
    const next = () => this.#then(() => this.#tick());
    if (wait > 0) setTimeout(next, wait);
    else next();
  }

  async #step(): Promise<void> {
    if (!this.#game) return;
    for (;;) {
      const { value, done } = await this.#game.training.next();
      if (done) {
        tf.dispose(value?.averages);
        this.#playing = false;
        return this.tell({ type: 'done' });
      }
      if (value.type === 'warning') this.tell({ type: 'warning', message: `step ${value.step}: ${value.message}` });
      if (value.type !== 'step') continue;
      this.#last = value;
      for (const [name, loss] of Object.entries(value.losses))
        this.#losses[name] = 0.9 * (this.#losses[name] ?? loss) + 0.1 * loss;
      return;
    }
  }

  /** Shows what is to be seen once what is asked now is done, once for several requests. */
  #showSoon(): void {
    if (this.#waitsToShow) return;
    this.#waitsToShow = true;
    this.#then(() => this.#show());
  }

  async #show(): Promise<void> {
    this.#waitsToShow = false;
    const game = this.#game;
    if (!game) return;
    const began = performance.now();
    await this.#copyWeights(game);
    const { samples, ways } = await samplesAndWays(game);
    const back = await stepBack(game, this.#look);
    const { step = 0, seconds = 0 } = this.#last ?? {};
    const now = performance.now();
    const { numTensors, numBytes } = tf.memory();
    const snapshot: Snapshot = {
      ...{ step, milliseconds: 1000 * seconds, losses: { ...this.#losses } },
      rate: (1000 * (step - this.#snapshot.step)) / (now - this.#snapshot.at),
      ...{ tensors: numTensors, bytes: numBytes },
      ...{ samples: samples.map((x) => x / REACH), back, scores: scoresOf(game, samples) },
      scale: scalesOf(game.mixture, game.schedule)[0] / REACH,
      ...(this.#look.ways && { ways }),
    };
    this.#snapshot = { at: now, took: now - began, step };
    this.tell({ type: 'snapshot', snapshot });
  }

  /** Running averages draw the samples, the weights themselves judge them. */
  async #copyWeights({ shown }: PointGame): Promise<void> {
    const vectors = await this.#last?.vectors();
    if (!vectors) return;
    for (const [name, model] of Object.entries<LayersModel>({ ...shown }))
      setParameters(model, vectors[name][name === 'critic' ? 'parameters' : 'average']);
    Object.values(vectors).forEach((state) => tf.dispose({ ...state }));
  }
}

function scoresOf({ mixture, settings }: PointGame, data: Float32Array): Scores {
  const { means, std } = mixture;
  const { modes, highQuality, kl } = gaussianModes({ data, dim: 2 }, { centres: means.flat(), std });
  const total = hasModes(settings) ? means.length : 0;
  return { of: data.length / 2, total, modes, highQuality, kl };
}
