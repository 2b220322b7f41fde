import { FileFormatError } from '@diffgan/files';
import { jpegHeader } from './jpeg-header.ts';
import type { Pixels } from './pixels.ts';

type Decode = (bytes: ArrayBuffer) => Promise<{ data: Uint8ClampedArray; width: number; height: number }>;

/** What the decoder says of the file that it reads: it goes on where data are missing, and paints the rest grey. */
let complaints: string[] = [];
let module: Promise<WebAssembly.Module> | undefined;
let decoder: Promise<Decode> | undefined;

/** libjpeg's decoder, to the bit: mozjpeg, compiled to WebAssembly. */
async function openDecoder(): Promise<Decode> {
  const { default: decode, init } = await import('@jsquash/jpeg/decode.js');
  const says = (text: string) => void complaints.push(text);
  const compiled = await (module ??= compile());
  const instantiateWasm = (imports: WebAssembly.Imports, ready: (instance: WebAssembly.Instance) => void) => {
    const instance = new WebAssembly.Instance(compiled, imports);
    ready(instance);
    return instance.exports;
  };
  const options = { noInitialRun: true, instantiateWasm, print: says, printErr: says };
  await init(options);
  return (bytes) => decode(bytes, { preserveOrientation: true });
}

async function compile(): Promise<WebAssembly.Module> {
  const { createRequire } = process.getBuiltinModule('node:module');
  const { readFile } = process.getBuiltinModule('node:fs/promises');
  const file = createRequire(import.meta.url).resolve('@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm');
  return WebAssembly.compile(new Uint8Array(await readFile(file)));
}

/**
 * Reads a JPEG file, baseline or progressive, as grey or RGB bytes, turned as its EXIF orientation tells. Its size is bounded before it
 * is unpacked. Node only.
 *
 * @param bytes the whole file
 * @param name what error messages call the file
 * @param maxPixels larger images are refused
 * @throws FileFormatError when the file is broken, too large, or made of inks (CMYK)
 */
export async function readJpeg(bytes: Uint8Array, name: string, maxPixels: number): Promise<Pixels> {
  const header = jpegHeader(bytes, name);
  if (header.width * header.height > maxPixels)
    throw new FileFormatError(
      `${name}: ${header.width} × ${header.height} pixels are more than the ${maxPixels} allowed. Make the image smaller.`,
    );
  if (header.components !== 1 && header.components !== 3)
    throw new FileFormatError(
      `${name}: it has ${header.components} components, such as inks; only grey and colour are read. Save it as RGB.`,
    );
  const { data, width, height } = await inTurn(() => decoded(bytes, name));
  return { width, height, ...withoutAlpha(data, header.components) };
}

let last: Promise<unknown> = Promise.resolve();

/** One file after the other: the decoder does not say of which one it complains. */
function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const result = last.then(work);
  last = result.catch(() => undefined);
  return result;
}

async function decoded(bytes: Uint8Array, name: string): ReturnType<Decode> {
  const decode = await (decoder ??= withImageData(openDecoder));
  complaints = [];
  try {
    const image = await decode(new Uint8Array(bytes).buffer);
    if (complaints.length === 0) return image;
  } catch (error) {
    decoder = undefined; // it has given up in the midst of its work
    complaints.push((error as Error).message);
  }
  throw new FileFormatError(`${name}: ${complaints[0]}. The file is damaged; replace it.`);
}

/** The decoder hands over its pixels as the browser's `ImageData`, which Node has not. */
async function withImageData<T>(work: () => Promise<T>): Promise<T> {
  (globalThis as { ImageData?: unknown }).ImageData ??= class {
    constructor(
      readonly data: Uint8ClampedArray,
      readonly width: number,
      readonly height: number,
    ) {}
  };
  return work();
}

function withoutAlpha(data: Uint8ClampedArray, channels: 1 | 3): Pick<Pixels, 'data' | 'channels'> {
  const kept = new Uint8Array((data.length / 4) * channels);
  for (let from = 0, to = 0; from < data.length; from += 4)
    for (let c = 0; c < channels; c++) kept[to++] = data[from + c];
  return { data: kept, channels };
}
