import {
  FileFormatError,
  isPageFile,
  pageFileExists,
  readBytes,
  readSafetensors,
  removePageFile,
  sha256,
  writeAtomically,
  writeSafetensors,
} from '@diffgan/files';
import { CheckpointWriteError } from './checkpoint-write-error.ts';

/** Version 1 had neither progress nor versions. */
const [OLD_VERSION, VERSION] = ['1', '2'];

/** Everything a run needs to go on exactly where it was. */
export interface Checkpoint {
  /** Finished steps. */
  step: number;
  /** What the course of training depends on, as JSON can hold it; a run is resumed only with equal settings. */
  settings: Record<string, unknown>;
  /** Named vectors: weights, moments, averages. */
  vectors: Record<string, Float32Array>;
  /** What a run has found out on its way, as JSON can hold it. @defaultValue `{}` */
  progress?: Record<string, unknown>;
  /** What wrote it: versions and backend by name. @defaultValue `{}` */
  versions?: Record<string, string>;
}

/**
 * Writes a checkpoint: complete or not at all, so that an interrupted write leaves the previous one. The folder is made if it is
 * missing. In a page `file` is one of its Origin Private File System, `opfs:runs/mine/checkpoint.safetensors`.
 *
 * @throws CheckpointWriteError naming the file if it cannot be written.
 * @example
 * ```ts
 * await saveCheckpoint('runs/mine/checkpoint.safetensors', { step: 100, settings: {}, vectors: { w: new Float32Array(3) } });
 * ```
 */
export async function saveCheckpoint(file: string, checkpoint: Checkpoint): Promise<void> {
  const { step, settings, vectors, progress = {}, versions = {} } = checkpoint;
  const tensors = Object.fromEntries(
    Object.entries(vectors).map(([name, data]) => [name, { shape: [data.length], data }]),
  );
  const head = {
    version: VERSION,
    step: String(step),
    settings: JSON.stringify(settings),
    progress: JSON.stringify(progress),
    versions: JSON.stringify(versions),
  };
  const bytes = writeSafetensors(tensors, { ...head, sha256: await digest(head, vectors) });
  await makeFolderOf(file);
  await naming(file, () => writeAtomically(file, bytes));
}

/**
 * Reads a checkpoint and verifies its checksum.
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
  const { version, step, settings, sha256, progress, versions } = metadata as Partial<Record<string, string>>;
  if (version !== VERSION && version !== OLD_VERSION)
    throw broken(
      `has checkpoint version ${JSON.stringify(version)}, and this program reads ${OLD_VERSION} and ${VERSION}`,
    );
  const vectors: Record<string, Float32Array> = {};
  for (const [name, { data, dtype }] of Object.entries(tensors)) {
    if (!(data instanceof Float32Array)) throw broken(`is damaged (${name} holds ${dtype})`);
    vectors[name] = data;
  }
  // What passes was written by saveCheckpoint, so it needs no further checks.
  const head = { version, step, settings, ...(version === VERSION && { progress, versions }) };
  if ((await digest(head, vectors)) !== sha256) throw broken('is damaged (its checksum does not match)');
  const parsed = (text = '{}') => JSON.parse(text) as Record<string, never>;
  return {
    step: Number(step),
    settings: parsed(settings),
    vectors,
    progress: parsed(progress),
    versions: { ...parsed(versions), checkpoint: version },
  };
}

/** Makes the folder `file` lies in, and those above it. */
export async function makeFolderOf(file: string): Promise<void> {
  if (isPageFile(file)) return; // they are made with it
  const { mkdir } = process.getBuiltinModule('node:fs/promises');
  const path = process.getBuiltinModule('node:path');
  await naming(file, () => mkdir(path.dirname(file), { recursive: true }));
}

/** Does what may fail for want of space or rights. */
async function naming(file: string, work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (cause) {
    throw new CheckpointWriteError(
      `saveCheckpoint: cannot write ${file}: ${rootOf(cause).message}; what it held before is untouched. ` +
        'Free some space, or choose another file',
      { cause },
    );
  }
}

/** The failure of the system behind the messages about it. */
const rootOf = (error: unknown): Error => {
  const { cause } = error as Error;
  return cause instanceof Error ? rootOf(cause) : (error as Error);
};

/**
 * Puts what `file` holds under another name as well, without copying it where the file system can.
 *
 * @throws CheckpointWriteError if it cannot.
 */
export async function linkCheckpoint(file: string, name: string): Promise<void> {
  if (isPageFile(file)) return naming(name, async () => writeAtomically(name, await readBytes(file)));
  const { copyFile, link, rm } = process.getBuiltinModule('node:fs/promises');
  await naming(name, async () => {
    await rm(name, { force: true });
    await link(file, name).catch(() => copyFile(file, name));
  });
}

/** Removes a checkpoint, if there is one. */
export async function removeCheckpoint(file: string): Promise<void> {
  if (isPageFile(file)) return naming(file, () => removePageFile(file));
  const { rm } = process.getBuiltinModule('node:fs/promises');
  await naming(file, () => rm(file, { force: true }));
}

/** Whether `file` is there to be loaded. */
export async function checkpointExists(file: string): Promise<boolean> {
  if (isPageFile(file)) return pageFileExists(file);
  const { existsSync } = process.getBuiltinModule('node:fs');
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
function digest(head: Record<string, string | undefined>, vectors: Record<string, Float32Array>): Promise<string> {
  const names = Object.keys(vectors).sort();
  const text = JSON.stringify([head, names.map((name) => [name, vectors[name].length])]);
  const parts = names.map((name) => {
    const { buffer, byteOffset, byteLength } = vectors[name];
    return new Uint8Array(buffer, byteOffset, byteLength);
  });
  return sha256(text, ...parts);
}
