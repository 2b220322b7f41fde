/** What the module of random numbers exports; see wasm/random/random.c. */
interface RandomExports {
  memory: WebAssembly.Memory;
  normal(out: number, key0: number, key1: number, start: number, count: number): void;
}

const page = 65536;
const chunk = page / 4; // numbers that fit into the second page; the first one stays free

let random: RandomExports | undefined;
let loading: Promise<boolean> | undefined;

/**
 * Loads the module, once. It comes in a part of its own, so that a page need not wait for it before it draws: until it is there the
 * JavaScript in random-arrays.ts gives the same numbers.
 *
 * @returns whether it is there; without WebAssembly SIMD, or where it is forbidden, it never is.
 */
export function loadRandomModule(): Promise<boolean> {
  loading ??= instantiate().then(
    (found) => {
      random = found;
      return true;
    },
    () => false,
  );
  return loading;
}

async function instantiate(): Promise<RandomExports> {
  const { randomBuild } = await import('./builds/random.ts');
  const bytes = Uint8Array.from(atob(randomBuild), (character) => character.charCodeAt(0));
  const { instance } = await WebAssembly.instantiate(bytes);
  return instance.exports as unknown as RandomExports;
}

/**
 * Fills `values` with the standard normal numbers of a key from number `first` on, several times as fast as the JavaScript in random-arrays.ts and equal to it in
 * every bit (of all 2^23 possible numbers; there is a test).
 *
 * @returns whether it did; before the module is loaded, which the first call begins, it cannot.
 */
export function fillNormal([key0, key1]: readonly [number, number], values: Float32Array, first = 0): boolean {
  if (random === undefined) {
    void loadRandomModule();
    return false;
  }
  for (let start = 0; start < values.length; start += chunk) {
    const count = Math.min(chunk, values.length - start);
    random.normal(page, key0, key1, first + start, count);
    values.set(new Float32Array(random.memory.buffer, page, count), start);
  }
  return true;
}
