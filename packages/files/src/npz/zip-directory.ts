import type { ByteSource } from '../bytes/byte-source.ts';
import { FileFormatError } from '../file-format-error.ts';
import { printable } from '../printable.ts';
import { brokenNpz } from './broken-npz.ts';

/** A member of a ZIP file, as the directory at its end tells. */
export interface ZipEntry {
  readonly name: string;
  readonly deflated: boolean;
  /** Where its local header begins. */
  readonly offset: number;
  /** Bytes in the file. */
  readonly compressedSize: number;
  /** Bytes when unpacked. */
  readonly size: number;
  readonly crc: number;
}

const maxDirectory = 1 << 24;
const maxMembers = 4096; // each is looked into when the file is opened
const maxComment = 65535;
const endSize = 22;
const untold = 0xffffffff;
const maxDeflateRatio = 1032; // of the format: 258 bytes from two bits

/**
 * The members of a ZIP file, read from its central directory, since numpy leaves the sizes of local headers open.
 *
 * @throws FileFormatError for truncated files, encrypted members and packing other than stored and deflated
 */
export async function zipDirectory(bytes: ByteSource): Promise<ZipEntry[]> {
  const { count, begin, size } = await findDirectory(bytes);
  if (size > maxDirectory || begin + size > bytes.size)
    throw brokenNpz(`its directory of ${size} bytes at ${begin} does not fit into ${bytes.size} bytes`);
  if (count > maxMembers) throw brokenNpz(`its directory has ${count} members, more than ${maxMembers}`);
  const view = viewOf(await bytes.read(begin, begin + size));
  const entries: ZipEntry[] = [];
  for (let at = 0; entries.length < count;) {
    if (at + 46 > size || view.getUint32(at, true) !== 0x02014b50)
      throw brokenNpz(`member ${entries.length} is missing`);
    const end = at + 46 + view.getUint16(at + 28, true) + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
    if (end > size) throw brokenNpz(`the directory ends within member ${entries.length}`);
    entries.push(checked(entryAt(view, at), bytes.size));
    at = end;
  }
  assertApart(entries);
  return entries;
}

/** Programs differ in which of two members of one name they take; and members that share bytes unpack to far more than the file. */
function assertApart(entries: readonly ZipEntry[]): void {
  const names = new Set<string>();
  for (const { name } of entries) {
    if (names.has(name)) throw brokenNpz(`${name} is there twice`);
    names.add(name);
  }
  const sorted = [...entries].sort((a, b) => a.offset - b.offset);
  sorted.slice(1).forEach(({ name, offset }, i) => {
    const before = sorted[i];
    if (before.offset + 30 + before.compressedSize > offset) throw brokenNpz(`${name} lies within ${before.name}`);
  });
}

interface Directory {
  count: number;
  begin: number;
  size: number;
}

async function findDirectory(bytes: ByteSource): Promise<Directory> {
  await refusePickles(bytes);
  const tailBegin = Math.max(0, bytes.size - endSize - maxComment - 20);
  const tail = viewOf(await bytes.read(tailBegin, bytes.size));
  let at = tail.byteLength - endSize;
  while (at >= 0 && tail.getUint32(at, true) !== 0x06054b50) at--;
  if (at < 0) throw brokenNpz('it has no directory at its end');
  const zip64 = at >= 20 && tail.getUint32(at - 20, true) === 0x07064b50;
  if (!zip64)
    return {
      count: tail.getUint16(at + 10, true),
      size: tail.getUint32(at + 12, true),
      begin: tail.getUint32(at + 16, true),
    };
  const where = number64(tail, at - 12);
  if (where + 56 > bytes.size) throw brokenNpz(`its ZIP64 directory would begin at ${where}`);
  const end = viewOf(await bytes.read(where, where + 56));
  if (end.getUint32(0, true) !== 0x06064b50) throw brokenNpz('its ZIP64 directory is not there');
  return { count: number64(end, 32), size: number64(end, 40), begin: number64(end, 48) };
}

/** Other things that numpy and pytorch-fid's forks write under similar names. */
async function refusePickles(bytes: ByteSource): Promise<void> {
  const [first] = bytes.size > 0 ? await bytes.read(0, 1) : [];
  const how = 'Save plain arrays instead: numpy.savez(file, mu=mu, sigma=sigma).';
  if (first === 0x80)
    throw new FileFormatError(`openNpz: the file is a pickle, which may run any code when it is read. ${how}`);
  if (first === 0x93) throw new FileFormatError(`openNpz: the file is a single .npy array, not an .npz file. ${how}`);
}

function entryAt(view: DataView, at: number): ZipEntry & { flags: number; method: number } {
  const [nameLength, extraLength] = [view.getUint16(at + 28, true), view.getUint16(at + 30, true)];
  const name = printable(new TextDecoder().decode(new Uint8Array(view.buffer, view.byteOffset + at + 46, nameLength)));
  const [compressedSize, size, offset] = [20, 24, 42].map((field) => view.getUint32(at + field, true));
  const extraBegin = at + 46 + nameLength;
  const method = view.getUint16(at + 10, true);
  return {
    name,
    flags: view.getUint16(at + 8, true),
    method,
    deflated: method === 8,
    crc: view.getUint32(at + 16, true),
    ...zip64Sizes(view, extraBegin, extraBegin + extraLength, { size, compressedSize, offset }),
  };
}

type Sizes = Pick<ZipEntry, 'size' | 'compressedSize' | 'offset'>;

/** The ZIP64 extra field holds, in this order, those sizes for which 32 bits do not suffice. */
function zip64Sizes(view: DataView, begin: number, end: number, sizes: Sizes): Sizes {
  for (let at = begin; at + 4 <= end; at += 4 + view.getUint16(at + 2, true)) {
    if (view.getUint16(at, true) !== 1) continue;
    const fieldEnd = at + 4 + view.getUint16(at + 2, true);
    let next = at + 4;
    const take = (told: number): number => {
      if (told !== untold) return told;
      if (next + 8 > Math.min(fieldEnd, end)) throw brokenNpz('a ZIP64 size is missing');
      next += 8;
      return number64(view, next - 8);
    };
    const [size, compressedSize] = [take(sizes.size), take(sizes.compressedSize)];
    return { size, compressedSize, offset: take(sizes.offset) };
  }
  return sizes;
}

function checked({ flags, method, ...entry }: ReturnType<typeof entryAt>, fileSize: number): ZipEntry {
  const { name, size, compressedSize, offset, deflated } = entry;
  if (flags & 1) throw brokenNpz(`${name} is encrypted`);
  if (method !== 0 && !deflated) throw brokenNpz(`${name} is packed in a way (${method}) that numpy does not use`);
  const possible = deflated ? size <= maxDeflateRatio * compressedSize : size === compressedSize;
  if (!possible) throw brokenNpz(`${name} cannot be ${size} bytes packed into ${compressedSize}`);
  if (offset + 30 + compressedSize > fileSize) throw brokenNpz(`${name} reaches beyond the end of ${fileSize} bytes`);
  return entry;
}

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

function number64(view: DataView, at: number): number {
  const value = Number(view.getBigUint64(at, true));
  if (!Number.isSafeInteger(value)) throw brokenNpz(`a size of ${value} bytes`);
  return value;
}
