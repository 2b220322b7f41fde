import { cifar10, fashionMnist, imageFolder, stacked } from '@diffgan/data';
import type { TrainingData } from '@diffgan/training';
import { UsageError } from '../errors.ts';
import type { DataConfig, FileData, ImageFolderData } from '../run/data-config.ts';
import { drawToyData } from '../run/toy-data.ts';
import { prepareFashionMnist } from '../setup/prepare-fashion-mnist.ts';
import type { Terminal } from '../terminal/terminal.ts';

/** The data of a run. */
export interface RunData {
  train: TrainingData;
  /** What is not trained on; an image folder has no such part. */
  test?: TrainingData;
}

/** How data is loaded. */
interface Loading {
  terminal: Terminal;
  signal: AbortSignal;
}

/**
 * Loads what a run learns from, and draws or downloads what is not there.
 *
 * @example
 * ```ts
 * const nothing = () => undefined;
 * const terminal = { say: console.log, heading: console.log, progress: nothing, finish: nothing };
 * const { signal } = new AbortController();
 * const { train } = await loadData({ name: 'gaussians25', count: 1000 }, { terminal, signal });
 * ```
 */
export async function loadData(config: DataConfig, loading: Loading): Promise<RunData> {
  const data = await read(config, loading);
  loading.terminal.say(`Data: ${describe(data.train)}`);
  return data;
}

function read(config: DataConfig, loading: Loading): Promise<RunData> | RunData {
  switch (config.name) {
    case 'gaussians25':
    case 'three-gaussians':
      return drawToyData(config);
    case 'image-folder':
      return readFolder(config, loading);
    default:
      return readFiles(config, loading);
  }
}

async function readFiles({ name, dir, limit }: FileData, { terminal, signal }: Loading): Promise<RunData> {
  const onNote = (note: string) => terminal.say(`Data: ${note}`);
  if (name !== 'cifar10' && dir === undefined) await prepareFashionMnist(terminal, signal);
  const load = (split: 'train' | 'test') => {
    const options = { split, dir, limit, signal, onNote };
    return name === 'cifar10' ? cifar10(options) : fashionMnist(options);
  };
  const [train, test] = [await load('train'), await load('test')];
  return name === 'stacked-fashion-mnist' ? { train: stacked(train), test: stacked(test) } : { train, test };
}

async function readFolder(
  { folder, size, channels, background, limit }: ImageFolderData,
  { terminal, signal }: Loading,
): Promise<RunData> {
  const onProgress = (read: number, total: number) =>
    terminal.progress(read / total, `${read}/${total} files of ${folder}`);
  const onNote = (note: string) => terminal.say(`Note: ${note}`);
  try {
    return { train: await imageFolder(folder, { size, channels, background, limit, signal, onNote, onProgress }) };
  } catch (error) {
    throw inSettings(error);
  } finally {
    terminal.finish();
  }
}

/** An error whose message names options of the library, in those of a run. */
function inSettings(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const message = error.message
    .replace("with `background`, such as 'white'", 'with --set data.background=white')
    .replace('Give the folder of the images.', 'Give the folder of the images with --set data.folder=FOLDER.');
  return message === error.message ? error : new UsageError(message, { cause: error });
}

function describe(data: TrainingData): string {
  if ('points' in data) return `${data.name}, ${data.count} points of ${data.dimensions} coordinates`;
  const colours = data.channels === 1 ? 'grey' : 'colour';
  return `${data.name}, ${data.count} ${colours} images of ${data.height}×${data.width}`;
}
