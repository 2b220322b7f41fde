import { FileFormatError, readBytes, readSafetensors, writeFileAtomic, writeSafetensors } from '@diffgan/ops/files';

const VERSION = '1';

/** Everything a run needs to go on exactly where it was. */
export interface Checkpoint {
  /** Finished steps. */
  step: number;
  /** What the course of training depends on, as JSON can hold it; a run is resumed only with equal settings. */
  settings: Record<string, unknown>;
  /** Named vectors: weights, moments, averages. */
  vectors: Record<string, Float32Array>;
}

/**
 * Writes a checkpoint: complete or not at all, so that an interrupted write leaves the previous one. The folder is made if it is
 * missing. Node only.
 *
 * @throws Error naming the file if it cannot be written.
 * @example
 * ```ts
 * await saveCheckpoint('runs/mine/checkpoint.safetensors', { step: 100, settings: {}, vectors: { w: new Float32Array(3) } });
 * ```
 */
export async function saveCheckpoint(file: string, { step, settings, vectors }: Checkpoint): Promise<void> {
  const tensors = Object.fromEntries(
    Object.entries(vectors).map(([name, data]) => [name, { shape: [data.length], data }]),
  );
  const head = { version: VERSION, step: String(step), settings: JSON.stringify(settings) };
  await makeFolderOf(file);
  await writeFileAtomic(file, writeSafetensors(tensors, { ...head, sha256: await digest(head, vectors) }));
}

/**
 * Reads a checkpoint and verifies its checksum. Node only.
 *
 * @throws FileFormatError if the file is broken, of another version or fails its checksum; Error if it cannot be read.
 * @example
 * ```ts
 * const { step } = await loadCheckpoint('runs/mine/checkpoint.safetensors');
 * ```
 */
export async function loadCheckpoint(file: string): Promise<Checkpoint> {
  const broken = (why: string, cause?: unknown) =>
    new FileFormatError(`loadCheckpoint: ${file} ${why}; restore a copy of it, or start again without resuming`, {
      cause,
    });
  const { tensors, metadata } = parse(await readBytes(file), broken);
  const { version, step, settings, sha256 } = metadata;
  if (version !== VERSION)
    throw broken(`has checkpoint version ${JSON.stringify(version)}, and this program reads ${VERSION}`);
  const vectors: Record<string, Float32Array> = {};
  for (const [name, { data, dtype }] of Object.entries(tensors)) {
    if (!(data instanceof Float32Array)) throw broken(`is damaged (${name} holds ${dtype})`);
    vectors[name] = data;
  }
  // What passes was written by saveCheckpoint, so it needs no further checks.
  if ((await digest({ version, step, settings }, vectors)) !== sha256)
    throw broken('is damaged (its checksum does not match)');
  return { step: Number(step), settings: JSON.parse(settings) as Record<string, unknown>, vectors };
}

/** Makes the folder `file` lies in, and those above it. Node only. */
export async function makeFolderOf(file: string): Promise<void> {
  const { mkdir } = await import('node:fs/promises');
  const path = await import('node:path');
  try {
    await mkdir(path.dirname(file), { recursive: true });
  } catch (cause) {
    throw new Error(`saveCheckpoint: cannot write ${file}: ${(cause as Error).message}; choose another file`, {
      cause,
    });
  }
}

/** Whether `file` is there to be loaded. Node only. */
export async function checkpointExists(file: string): Promise<boolean> {
  const { existsSync } = await import('node:fs');
  return existsSync(file);
}

function parse(bytes: Uint8Array, broken: (why: string, cause: unknown) => Error) {
  try {
    return readSafetensors(bytes);
  } catch (cause) {
    throw broken(`is damaged (${(cause as Error).message})`, cause);
  }
}

/** SHA-256 of everything in the file but its layout. */
async function digest(head: Record<string, string>, vectors: Record<string, Float32Array>): Promise<string> {
  const { createHash } = await import('node:crypto');
  const names = Object.keys(vectors).sort();
  const hash = createHash('sha256').update(JSON.stringify([head, names.map((name) => [name, vectors[name].length])]));
  for (const name of names) {
    const values = vectors[name];
    hash.update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  }
  return hash.digest('hex');
}
