import type { Dirent } from 'node:fs';
import { printable } from '@diffgan/files';

/** A file of an image folder. */
export interface ListedImage {
  readonly path: string;
  /** Number of its sub-folder, where there are such. */
  readonly label?: number;
}

/** What an image folder holds. */
export interface ImageListing {
  /** In the order of their names, class by class. */
  readonly files: readonly ListedImage[];
  /** Names of the sub-folders in the order of their labels. */
  readonly classes?: readonly string[];
  /** What is there but is not read, one phrase each. */
  readonly leftOut: readonly string[];
}

const isImage = (name: string): boolean => /\.(png|jpe?g)$/i.test(name);

/** What systems and programs leave behind in folders, which nobody means. */
const isHidden = (name: string): boolean => /^(\..*|__MACOSX|Thumbs\.db|desktop\.ini)$/i.test(name);

/**
 * Lists the images of a folder, or of its sub-folders, which are classes then.
 *
 * @throws Error when there is no such folder, no image in it, or images both in it and in sub-folders
 */
export async function listImages(dir: string): Promise<ImageListing> {
  const path = process.getBuiltinModule('node:path');
  const top = await contents(dir);
  const own = top.images.map((name) => ({ path: path.join(dir, name) }));
  const classes: string[] = [];
  const labelled: ListedImage[] = [];
  const counts = new Map<string, number>(top.others);
  const empty: string[] = [];
  for (const name of top.folders) {
    const { images, folders, others } = await contents(path.join(dir, name));
    for (const [kind, count] of others) counts.set(kind, (counts.get(kind) ?? 0) + count);
    if (folders.length > 0) counts.set('deeper folders', (counts.get('deeper folders') ?? 0) + folders.length);
    if (images.length === 0) empty.push(printable(name, 40));
    else {
      labelled.push(...images.map((file) => ({ path: path.join(dir, name, file), label: classes.length })));
      classes.push(name);
    }
  }
  if (own.length > 0 && classes.length > 0)
    throw new Error(
      `imageFolder: ${printable(dir, 200)} has images beside sub-folders with images (${printable(classes[0], 40)}). ` +
        'Move the files into sub-folders, which are classes, or the sub-folders away.',
    );
  if (own.length + labelled.length === 0)
    throw new Error(
      `imageFolder: no .png or .jpg in ${printable(dir, 200)} or its sub-folders. Only PNG and JPEG are read; convert other formats first.`,
    );
  const leftOut = [
    ...[...counts].map(([kind, count]) => `${count} ${kind}`),
    ...(empty.length > 0
      ? [`${empty.length} folders without images of their own (${empty.slice(0, 5).join(', ')})`]
      : []),
  ];
  return classes.length > 0 ? { files: labelled, classes, leftOut } : { files: own, leftOut };
}

interface Contents {
  readonly images: string[];
  readonly folders: string[];
  /** How many of what else, by kind. */
  readonly others: Map<string, number>;
}

/** What a folder holds, sorted by name (by code units, so it is the same everywhere). */
async function contents(dir: string): Promise<Contents> {
  const { readdir } = process.getBuiltinModule('node:fs/promises');
  const entries = await readdir(dir, { withFileTypes: true }).catch((cause: unknown) => {
    const none = (cause as { code?: string }).code === 'ENOENT';
    throw new Error(
      `imageFolder: ${none ? `there is no folder ${JSON.stringify(dir)}` : (cause as Error).message}. Give the folder of the images.`,
      { cause },
    );
  });
  const found: Contents = { images: [], folders: [], others: new Map() };
  const count = (kind: string) => found.others.set(kind, (found.others.get(kind) ?? 0) + 1);
  for (const entry of entries.filter(({ name }) => !isHidden(name))) {
    const kind = await kindOf(dir, entry);
    if (kind === 'folder') found.folders.push(entry.name);
    else if (kind === 'nothing') count('links to nothing');
    else if (isImage(entry.name)) found.images.push(entry.name);
    else count(`files of other kinds (${printable(/\.[^.]*$/.exec(entry.name)?.[0] ?? 'without ending', 20)})`);
  }
  return { ...found, images: found.images.sort(), folders: found.folders.sort() };
}

/** What a name stands for; links are followed. */
async function kindOf(dir: string, entry: Dirent): Promise<'file' | 'folder' | 'nothing'> {
  if (!entry.isSymbolicLink()) return entry.isDirectory() ? 'folder' : 'file';
  const { stat } = process.getBuiltinModule('node:fs/promises');
  const path = process.getBuiltinModule('node:path');
  const stats = await stat(path.join(dir, entry.name)).catch(() => undefined);
  if (stats === undefined) return 'nothing';
  return stats.isDirectory() ? 'folder' : 'file';
}
