/** A stored member of a ZIP file. */
export interface ZipMember {
  name: Uint8Array;
  crc: number;
  size: number;
}

const version = 20;
const date1980 = 0x21; // the first day there is; the same arrays always make the same file

/** Writes what stands before a member at `at`; returns where its content begins. */
export function localHeader(bytes: Uint8Array, at: number, { name, crc, size }: ZipMember): number {
  const view = new DataView(bytes.buffer, at);
  view.setUint32(0, 0x04034b50, true);
  view.setUint16(4, version, true);
  view.setUint16(12, date1980, true);
  view.setUint32(14, crc, true);
  view.setUint32(18, size, true);
  view.setUint32(22, size, true);
  view.setUint16(26, name.length, true);
  bytes.set(name, at + 30);
  return at + 30 + name.length;
}

/** Writes a member's line of the directory at `at`; returns where the next begins. */
export function directoryEntry(
  bytes: Uint8Array,
  at: number,
  { name, crc, size, offset }: ZipMember & { offset: number },
): number {
  const view = new DataView(bytes.buffer, at);
  view.setUint32(0, 0x02014b50, true);
  view.setUint16(4, version, true);
  view.setUint16(6, version, true);
  view.setUint16(14, date1980, true);
  view.setUint32(16, crc, true);
  view.setUint32(20, size, true);
  view.setUint32(24, size, true);
  view.setUint16(28, name.length, true);
  view.setUint32(42, offset, true);
  bytes.set(name, at + 46);
  return at + 46 + name.length;
}

/** Writes the end of the file into its last bytes. */
export function directoryEnd(bytes: Uint8Array, count: number, size: number, begin: number): void {
  const view = new DataView(bytes.buffer, bytes.length - 22);
  view.setUint32(0, 0x06054b50, true);
  view.setUint16(8, count, true);
  view.setUint16(10, count, true);
  view.setUint32(12, size, true);
  view.setUint32(16, begin, true);
}
