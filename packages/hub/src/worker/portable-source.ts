import { modelNames } from '@diffgan/weights';
import { type DirectoryHandle, pageAddress, type PipelineSource } from '../model-files.ts';
import type { PickedFile } from '../picked-files.ts';

/** A source as a message can hold it. */
export type PortableSource = string | DirectoryHandle | { picked: [path: string, content: Blob][] };

/**
 * A source as a worker is told it; what is relative is relative to the page.
 *
 * @throws TypeError for a reader of files, whose function stays in the page.
 */
export function portableSource(source: PipelineSource): PortableSource {
  if (typeof source === 'string' || source instanceof URL) {
    const known = modelNames.some((name) => name === source);
    return known ? String(source) : new URL(source, pageAddress()).href;
  }
  if ('length' in source)
    return { picked: Array.from(source, (file) => [file.webkitRelativePath || file.name, file] as [string, Blob]) };
  if (!('file' in source)) return source;
  throw new TypeError(
    `loadPipeline: the reader of ${source.name} cannot be sent to a worker; give a URL, a folder's handle or files, or load it in the page`,
  );
}

/** The source that a message held. */
export const sourceOf = (source: PortableSource): PipelineSource =>
  typeof source === 'object' && 'picked' in source ? source.picked.map(fileOf) : source;

/** Paths do not survive the way to a worker. */
const fileOf = ([path, content]: [path: string, content: Blob]): PickedFile =>
  Object.defineProperty(new File([content], path), 'webkitRelativePath', { value: path });
