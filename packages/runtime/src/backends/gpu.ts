/** The part of the WebGPU API that choosing an adapter takes. */
export interface Gpu {
  requestAdapter(options?: { powerPreference?: 'high-performance' | 'low-power' }): Promise<Adapter | null>;
}

/** An adapter with what it tells about itself. */
export interface Adapter {
  readonly isFallbackAdapter?: boolean;
  readonly info?: {
    readonly vendor?: string;
    readonly architecture?: string;
    readonly device?: string;
    readonly description?: string;
    readonly isFallbackAdapter?: boolean;
  };
}

/** The platform's WebGPU, when it has one. */
export function currentGpu(): Gpu | undefined {
  return (globalThis as { navigator?: { gpu?: Gpu } }).navigator?.gpu;
}

/** Best adapter, or undefined when there is none. */
export async function requestAdapter(gpu: Gpu): Promise<Adapter | undefined> {
  return (await gpu.requestAdapter({ powerPreference: 'high-performance' })) ?? undefined;
}

/** How an adapter calls itself, such as "google swiftshader". */
export function adapterName({ info = {} }: Adapter): string {
  const words = [info.vendor, info.architecture, info.description || info.device].filter(Boolean);
  return words.length > 0 ? [...new Set(words)].join(' ') : 'unnamed adapter';
}

/** Whether an adapter computes on the CPU. */
export function isSoftware(adapter: Adapter): boolean {
  const fallback = adapter.isFallbackAdapter ?? adapter.info?.isFallbackAdapter ?? false;
  return (
    fallback || /swiftshader|llvmpipe|lavapipe|softpipe|software|basic render|\bwarp\b/i.test(adapterName(adapter))
  );
}
