import { isLocal } from '../bytes/local-file.ts';
import { readBytes } from '../bytes/read-bytes.ts';
import { FileFormatError } from '../file-format-error.ts';
import { printable } from '../printable.ts';
import { jsonOutline } from './json-outline.ts';
import { openSingle, type SafetensorsReader } from './open-single.ts';

const maxIndexBytes = 1 << 24;
const maxIndexDepth = 8; // two are needed, and what its metadata hold
const maxFiles = 1024;

/** The address without what may follow the path of a URL. */
const pathOf = (source: string | URL): string =>
  isLocal(source) ? String(source) : String(source).replace(/[?#].*$/s, '');

/** Whether `source` names the index of a file in several parts. */
export const isShardIndex = (source: string | URL | Blob | Uint8Array): source is string | URL =>
  (typeof source === 'string' || source instanceof URL) && /\.index\.json$/i.test(pathOf(source));

/** Opens the files that an index lists as one. Only one of them is open at a time: browsers allow few connections. */
export async function openShards(index: string | URL, signal?: AbortSignal): Promise<SafetensorsReader> {
  const places = await readIndex(index, signal);
  const open = (file: string) => openSingle(pathOf(index).replace(/[^/\\]*$/, file), signal);
  const entries = Object.create(null) as Record<string, SafetensorsReader['entries'][string]>;
  const metadata = Object.create(null) as Record<string, string>;
  for (const file of new Set(places.values())) {
    const shard = await open(file);
    await shard.close();
    Object.assign(entries, checked(index, file, { shard, places }));
    Object.assign(metadata, shard.metadata);
  }
  const lost = [...places].find(([name]) => !(name in entries));
  if (lost) throw broken(index, `places "${printable(lost[0])}" in ${lost[1]}, which does not hold it`);

  let current: { file: string; shard: SafetensorsReader } | undefined;
  return {
    entries,
    metadata,
    async read(name) {
      const file = places.get(name);
      if (file === undefined) throw new RangeError(`openSafetensors: there is no tensor "${name}" in the files`);
      if (current?.file !== file) {
        await current?.shard.close();
        current = { file, shard: await open(file) };
      }
      return current.shard.read(name);
    },
    close: async () => current?.shard.close(),
  };
}

const broken = (index: string | URL, what: string) =>
  new FileFormatError(`openSafetensors: ${String(index)} ${what}; fetch the index and its files again`);

/** The entries of a shard, none of which the index places elsewhere. */
function checked(
  index: string | URL,
  file: string,
  { shard, places }: { shard: SafetensorsReader; places: ReadonlyMap<string, string> },
): SafetensorsReader['entries'] {
  const stray = Object.keys(shard.entries).find((name) => places.get(name) !== file);
  if (stray !== undefined) throw broken(index, `does not list "${printable(stray)}" of ${file}`);
  return shard.entries;
}

/** Which file each tensor is in. */
async function readIndex(index: string | URL, signal?: AbortSignal): Promise<Map<string, string>> {
  const bytes = await readBytes(index, { maxBytes: maxIndexBytes, signal });
  const map = jsonOutline(bytes, maxIndexDepth).depth > maxIndexDepth ? undefined : weightMap(bytes);
  if (map === undefined) throw broken(index, 'is not JSON with a "weight_map" of tensors and their files');
  const files = Object.entries(map);
  const odd = files.find(([, file]) => typeof file !== 'string' || !/^[\w.-]+\.safetensors$/.test(file));
  if (odd)
    throw broken(
      index,
      `places "${printable(odd[0])}" in ${printable(JSON.stringify(odd[1]))}, which is no safetensors file beside it`,
    );
  if (new Set(files.map(([, file]) => file as unknown)).size > maxFiles)
    throw broken(index, `lists more than ${maxFiles} files`);
  return new Map(files as [string, string][]);
}

function weightMap(bytes: Uint8Array): object | undefined {
  try {
    const map: unknown = (JSON.parse(new TextDecoder().decode(bytes)) as { weight_map?: unknown } | null)?.weight_map;
    return typeof map === 'object' && map !== null && !Array.isArray(map) ? map : undefined;
  } catch {
    return undefined;
  }
}
