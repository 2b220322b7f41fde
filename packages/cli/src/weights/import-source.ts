import { existsSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { UsageError } from '@diffgan/runs/errors';

/** Where the parts of a model to import lie. */
export interface ImportSource {
  /** The weight file, or the index of one in several parts. */
  weights: string;
  /** The configuration beside it, if there is one. */
  config?: string;
  /** What diffusers keeps of the noise schedule, if it is there. */
  scheduler?: string;
}

/** Names that weight files of a folder have, the better first. */
const weightNames = ['diffusion_pytorch_model.safetensors', 'model.safetensors'].flatMap((name) => [
  name,
  `${name}.index.json`,
]);
const SCHEDULER = 'scheduler_config.json';
const pickled = /\.(pth?|bin|ckpt)$/i;

/**
 * The line of Python that makes a safetensors file of a checkpoint, which only PyTorch can read. A checkpoint of several dictionaries
 * has entries, of which one is named at the end of the line; without a name the line tells them and writes nothing. It runs isolated
 * (`-I`), since `json.py` beside a download would be run instead of Python's own.
 */
export const conversionLine = (checkpoint: string): string =>
  `python3 -I -c "import sys, torch; from safetensors.torch import save_file; d = torch.load(sys.argv[1], map_location='cpu', ` +
  `weights_only=True); d = d[sys.argv[3]] if len(sys.argv) > 3 else d; t = {k: v.detach().clone().contiguous() for k, v in d.items() ` +
  `if torch.is_tensor(v)}; save_file(t, sys.argv[2]) if t else sys.exit('no weights here but the entries ' + ', '.join(map(str, d)) + ` +
  `'; add the name of one at the end of the line')" "${checkpoint}" "${checkpoint.replace(pickled, '')}.safetensors"`;

/**
 * Finds the weights and the configuration of a folder or a weight file.
 *
 * @throws UsageError saying what is missing and how to get it.
 */
export async function findImportSource(source: string): Promise<ImportSource> {
  const stats = await stat(source).catch(() => undefined);
  if (stats === undefined) throw new UsageError(`import: there is no file or folder ${source}; give the path of one`);
  if (stats.isDirectory()) return inFolder(source);
  if (pickled.test(source)) throw pickledError(source);
  if (!/\.safetensors(\.index\.json)?$/i.test(source))
    throw new UsageError(`import: ${source} is no safetensors file; give one, or the folder of a model`);
  return { weights: source, ...besides(dirname(source)) };
}

/** The configurations that lie where the weights do; the scheduler of a pipeline has a folder beside that of the network. */
function besides(folder: string): Omit<ImportSource, 'weights'> {
  const scheduler = [
    join(folder, SCHEDULER),
    join(folder, 'scheduler', SCHEDULER),
    join(folder, '..', 'scheduler', SCHEDULER),
  ];
  const found = { config: [join(folder, 'config.json')], scheduler };
  return Object.fromEntries(
    Object.entries(found).flatMap(([part, places]) => {
      const place = places.find((path) => existsSync(path));
      return place === undefined ? [] : [[part, place]];
    }),
  );
}

async function inFolder(folder: string): Promise<ImportSource> {
  const files = await readdir(folder);
  // A pipeline of diffusers has its network in a folder of its own.
  if (files.includes('model_index.json') && files.includes('unet')) return inFolder(join(folder, 'unet'));
  const single = files.filter((name) => /\.safetensors$/i.test(name));
  const weights = weightNames.find((name) => files.includes(name)) ?? (single.length === 1 ? single[0] : undefined);
  if (weights === undefined) throw noWeights(folder, files, single);
  return { weights: join(folder, weights), ...besides(folder) };
}

function noWeights(folder: string, files: readonly string[], several: readonly string[]): UsageError {
  if (several.length > 0)
    return new UsageError(
      `import: ${folder} holds ${several.join(', ')}; give the one you mean in place of the folder`,
    );
  const checkpoint = files.find((name) => pickled.test(name));
  if (checkpoint !== undefined) return pickledError(join(folder, checkpoint));
  return new UsageError(`import: ${folder} holds no safetensors file; give the folder or the file of a model`);
}

const pickledError = (checkpoint: string): UsageError =>
  new UsageError(
    `import: ${checkpoint} is a checkpoint of PyTorch, which may run programs when it is read. Convert it once where PyTorch and ` +
      `safetensors are installed, then import ${basename(checkpoint).replace(pickled, '')}.safetensors:\n\n  ` +
      `${conversionLine(checkpoint)}\n`,
  );
