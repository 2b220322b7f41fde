import { FileFormatError, gunzip, readBytes } from '@diffgan/files';
import { BackendError } from '../backend-error.ts';
import { reason } from '../platform.ts';
import { supportedVersion } from './import-backend-package.ts';

/** The binaries that tfjs-backend-wasm can start from. */
export type WasmBinaryName =
  'tfjs-backend-wasm.wasm' | 'tfjs-backend-wasm-simd.wasm' | 'tfjs-backend-wasm-threaded-simd.wasm';

/** Where they lie: the folder of all of them, or the addresses of those that are needed. */
export type WasmPaths = string | URL | Readonly<Partial<Record<WasmBinaryName, string | URL>>>;

/** Larger than any of them by far. */
const maxBytes = 1 << 24;

const embedded: Partial<Record<WasmBinaryName, () => Promise<string>>> = {
  'tfjs-backend-wasm-simd.wasm': async () => (await import('./wasm-binaries/simd.ts')).simdBinary,
  'tfjs-backend-wasm-threaded-simd.wasm': async () => (await import('./wasm-binaries/threaded.ts')).threadedBinary,
};

/**
 * The bytes of a binary: from where `paths` says, else from this package, which brings those of the version it is made for, else of the
 * exact version from a public network.
 *
 * @throws BackendError naming the address that does not give them.
 */
export async function wasmBinary(
  name: WasmBinaryName,
  { version, paths }: { version: string; paths?: WasmPaths },
): Promise<Uint8Array<ArrayBuffer>> {
  const told = paths === undefined ? undefined : addressIn(paths, name);
  if (told !== undefined)
    return fetchBinary(told, 'Serve that file, or leave wasmPaths out: the files come with @diffgan/runtime');
  const own = version === supportedVersion && typeof DecompressionStream === 'function' ? embedded[name] : undefined;
  if (own) return (await gunzip(decode(await own()), maxBytes, name)) as Uint8Array<ArrayBuffer>;
  const address = `https://cdn.jsdelivr.net/npm/@tensorflow/tfjs-backend-wasm@${version}/dist/${name}`;
  return fetchBinary(address, 'Serve the file yourself and say where in wasmPaths');
}

function addressIn(paths: WasmPaths, name: WasmBinaryName): string | undefined {
  if (typeof paths === 'string' || paths instanceof URL) return `${String(paths).replace(/([^/])$/, '$1/')}${name}`;
  return paths[name] === undefined ? undefined : String(paths[name]);
}

async function fetchBinary(address: string, wayOut: string): Promise<Uint8Array<ArrayBuffer>> {
  const refused = (why: string, cause?: unknown) => new BackendError('wasm', why, wayOut, { cause });
  const bytes = await readBytes(address, { maxBytes }).catch((cause: unknown) => {
    if (cause instanceof FileFormatError) throw refused(`${address} is no WebAssembly`, cause);
    throw refused(reason(cause).replace('readBytes: ', ''), cause);
  });
  const own = bytes as Uint8Array<ArrayBuffer>;
  // Servers of pages answer with the page itself what they do not have.
  if (!WebAssembly.validate(own)) throw refused(`${address} is no WebAssembly`);
  return own;
}

const decode = (base64: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
