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
    const bytes = await unpack(await (shared ? builds.relaxedShared() : builds.relaxed()));
    if (WebAssembly.validate(bytes) || (allowRelaxedSimd() && WebAssembly.validate(bytes)))
      return { module: await WebAssembly.compile(bytes), relaxed: true };
  }
  const bytes = await unpack(await (shared ? builds.simdShared() : builds.simd()));
  if (!WebAssembly.validate(bytes)) throw new Error('this JavaScript engine has no WebAssembly SIMD');
  return { module: await WebAssembly.compile(bytes), relaxed: false };
}

async function unpack(base64: string): Promise<Uint8Array<ArrayBuffer>> {
  const gzipped = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  const stream = new Blob([gzipped]).stream().pipeThrough(new DecompressionStream('gzip'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** Node 20 knows relaxed SIMD behind a flag, which takes effect for whatever is compiled after it was set. */
function allowRelaxedSimd(): boolean {
  if (typeof process !== 'object' || typeof process.versions?.node !== 'string') return false;
  try {
    process.getBuiltinModule('node:v8').setFlagsFromString('--experimental-wasm-relaxed-simd');
    return true;
  } catch {
    return false;
  }
}
