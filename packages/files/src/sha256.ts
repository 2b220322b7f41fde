import { joinBytes } from './join-bytes.ts';

/**
 * The SHA-256 of pieces one after the other; texts count as UTF-8.
 *
 * @returns 64 hexadecimal digits.
 * @throws Error in pages without https, whose browsers compute none.
 * @example
 * ```ts
 * import { sha256 } from '@diffgan/files';
 * await sha256('abc'); // 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'
 * ```
 */
export async function sha256(...parts: readonly (Uint8Array | string)[]): Promise<string> {
  const pieces = parts.map((part) => (typeof part === 'string' ? new TextEncoder().encode(part) : part));
  if (typeof process === 'object' && typeof process.versions?.node === 'string') {
    const { createHash } = process.getBuiltinModule('node:crypto');
    const hash = createHash('sha256'); // which takes piece by piece
    for (const piece of pieces) hash.update(piece);
    return hash.digest('hex');
  }
  if (typeof crypto.subtle !== 'object')
    throw new Error('sha256: this page is not secure; serve it by https, or from localhost');
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', joinBytes(pieces)));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
