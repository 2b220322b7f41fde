import { FileFormatError, readBytes, readSafetensors, writeFileAtomic, writeSafetensors } from '@diffgan/ops/files';

const VERSION = '1';

/** Everything a run needs to go on exactly where it was. */
export interface Checkpoint {
  /** Finished steps. */
  step: number;
  /** What the course of training depends on; a run is resumed only with equal settings. */
  settings: Record<string, unknown>;
  /** Named vectors: weights, moments, averages. */
  vectors: Record<string, Float32Array>;
}

/**
 * Writes a checkpoint: complete or not at all, so that an interrupted write leaves the previous one. Node only.
 *
 * @example
 * ```ts
 * await saveCheckpoint('runs/mine/checkpoint.safetensors', { step: 100, settings: {}, vectors: { w: new Float32Array(3) } });
 * ```
 */
export async function saveCheckpoint(file: string, { step, settings, vectors }: Checkpoint): Promise<void> {
  const tensors = Object.fromEntries(
    Object.entries(vectors).map(([name, data]) => [name, { shape: [data.length], data }]),
  );
  const metadata = {
    version: VERSION,
    step: String(step),
    settings: JSON.stringify(settings),
    sha256: await digest(step, vectors),
  };
  await writeFileAtomic(file, writeSafetensors(tensors, metadata));
}

/**
 * Reads a checkpoint and verifies its checksum.
 *
 * @throws FileFormatError if the file is missing, broken, of another version or fails its checksum.
 * @example
 * ```ts
 * const { step } = await loadCheckpoint('runs/mine/checkpoint.safetensors');
 * ```
 */
export async function loadCheckpoint(file: string): Promise<Checkpoint> {
  const { tensors, metadata } = readSafetensors(await readBytes(file));
  const broken = (why: string) =>
    new FileFormatError(
      `loadCheckpoint: ${file} ${why}; restore a copy of it, or start the run again without resuming`,
    );
  if (metadata.version !== VERSION)
    throw broken(`has checkpoint version ${JSON.stringify(metadata.version)}, this program reads ${VERSION}`);
  const vectors: Record<string, Float32Array> = {};
  for (const [name, { data }] of Object.entries(tensors)) vectors[name] = data as Float32Array;
  const step = Number(metadata.step);
  if ((await digest(step, vectors)) !== metadata.sha256) throw broken('is damaged (its checksum does not match)');
  return { step, settings: JSON.parse(metadata.settings) as Record<string, unknown>, vectors };
}

/** Whether `file` is there to be loaded. Node only. */
export async function checkpointExists(file: string): Promise<boolean> {
  const { existsSync } = await import('node:fs');
  return existsSync(file);
}

async function digest(step: number, vectors: Record<string, Float32Array>): Promise<string> {
  const names = Object.keys(vectors).sort();
  const header = new TextEncoder().encode(JSON.stringify([step, names]));
  const parts = [header, ...names.map((name) => bytesOf(vectors[name]))];
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', whole));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

const bytesOf = (data: Float32Array): Uint8Array => new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
