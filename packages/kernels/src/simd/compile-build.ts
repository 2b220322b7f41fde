/** Which of the builds of the C module. */
export interface BuildChoice {
  /** Whether the heap is shared between threads. */
  shared: boolean;
  /** Whether to round the same everywhere, and so not to use fused multiply-add. */
  reproducible: boolean;
}

/** A compiled build. */
export interface CompiledBuild {
  module: WebAssembly.Module;
  /** Whether it uses relaxed SIMD. */
  relaxed: boolean;
}

const builds = {
  simd: async () => (await import('./builds/simd.ts')).simdBuild,
  relaxed: async () => (await import('./builds/relaxed.ts')).relaxedBuild,
  simdShared: async () => (await import('./builds/simd-shared.ts')).simdSharedBuild,
  relaxedShared: async () => (await import('./builds/relaxed-shared.ts')).relaxedSharedBuild,
};

/** Compiles the fastest build that this engine understands; throws an Error when it understands none. */
export async function compileBuild({ shared, reproducible }: BuildChoice): Promise<CompiledBuild> {
  if (!reproducible) {
    const bytes = decode(await (shared ? builds.relaxedShared() : builds.relaxed()));
    if (WebAssembly.validate(bytes) || ((await allowRelaxedSimd()) && WebAssembly.validate(bytes)))
      return { module: await WebAssembly.compile(bytes), relaxed: true };
  }
  const bytes = decode(await (shared ? builds.simdShared() : builds.simd()));
  if (!WebAssembly.validate(bytes)) throw new Error('this JavaScript engine has no WebAssembly SIMD');
  return { module: await WebAssembly.compile(bytes), relaxed: false };
}

function decode(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

/** Node 20 knows relaxed SIMD behind a flag, which takes effect for whatever is compiled after it was set. */
async function allowRelaxedSimd(): Promise<boolean> {
  if (typeof process !== 'object' || typeof process.versions?.node !== 'string') return false;
  try {
    const specifier = 'node:v8'; // not a literal, so that bundlers for browsers do not look for it
    const v8 = (await import(/* @vite-ignore */ specifier)) as { setFlagsFromString(flag: string): void };
    v8.setFlagsFromString('--experimental-wasm-relaxed-simd');
    return true;
  } catch {
    return false;
  }
}
