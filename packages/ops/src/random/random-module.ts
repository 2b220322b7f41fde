import { randomBuild } from './builds/random.ts';

/** What the module of random numbers exports; see wasm/random/random.c. */
interface RandomExports {
  memory: WebAssembly.Memory;
  normal(out: number, key0: number, key1: number, start: number, count: number): void;
}

const page = 65536;
const chunk = page / 4; // numbers that fit into the second page; the first one stays free

let loaded: RandomExports | null | undefined;

/** The module, or null where WebAssembly or its SIMD is missing or forbidden. It is small enough for a browser's main thread. */
function randomModule(): RandomExports | null {
  if (loaded !== undefined) return loaded;
  try {
    const bytes = Uint8Array.from(atob(randomBuild), (character) => character.charCodeAt(0));
    loaded = new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports as unknown as RandomExports;
  } catch {
    loaded = null;
  }
  return loaded;
}

/**
 * Fills `values` with the standard normal numbers of a key, several times as fast as the JavaScript in random-arrays.ts and equal to it in
 * every bit (of all 2^23 possible numbers; there is a test).
 *
 * @returns whether it did; without WebAssembly SIMD it cannot.
 */
export function fillNormal([key0, key1]: readonly [number, number], values: Float32Array): boolean {
  const random = randomModule();
  if (random === null) return false;
  for (let start = 0; start < values.length; start += chunk) {
    const count = Math.min(chunk, values.length - start);
    random.normal(page, key0, key1, start, count);
    values.set(new Float32Array(random.memory.buffer, page, count), start);
  }
  return true;
}
