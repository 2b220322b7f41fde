import { BackendError } from '../backend-error.ts';
import { importNodePackage, isMissingPackage, reason } from '../platform.ts';
import { type Adapter, type Gpu, requestAdapter } from './gpu.ts';

interface Dawn {
  create(flags: string[]): Gpu;
  globals: Record<string, unknown>;
}

/** Software Vulkan drivers that Dawn accepts, all of them SwiftShader as Chromium ships it. */
const softwareDrivers = [
  '/usr/lib/chromium',
  '/usr/lib/chromium-browser',
  '/opt/google/chrome',
  '/snap/chromium/current/usr/lib/chromium-browser',
];

/**
 * Gives Node a `navigator.gpu` from npm `webgpu` (Dawn) and returns an adapter. Without a graphics card, and only when
 * `allowSoftware`, the Vulkan loader is pointed at Chromium's SwiftShader.
 */
export async function provideDawn(allowSoftware: boolean): Promise<Adapter> {
  const dawn = await importDawn();
  const driver = softwareDriver();
  // Dawn complains on stderr when there is no Vulkan driver at all, so it is asked only where there may be one.
  if (!allowSoftware && !mayHaveVulkan()) throw noAdapter(driver, allowSoftware);
  // The Vulkan loader complains on stderr without a runtime folder.
  process.env.XDG_RUNTIME_DIR ??= process.getBuiltinModule('node:os').tmpdir();
  Object.assign(globalThis, dawn.globals);
  const real = await tryDawn(dawn);
  if (real) return real;
  if (!allowSoftware || driver === undefined) throw noAdapter(driver, allowSoftware);
  process.env.VK_DRIVER_FILES = driver;
  const software = await tryDawn(dawn);
  if (software) return software;
  throw new BackendError(
    'webgpu',
    `Dawn finds no adapter even with ${driver}`,
    'Install the Vulkan loader (Debian, Ubuntu: `apt-get install libvulkan1`), or use "wasm"',
  );
}

/** Linux finds graphics cards through driver files; elsewhere Dawn does not need Vulkan. */
function mayHaveVulkan(): boolean {
  if (process.platform !== 'linux') return true;
  const { env } = process;
  if (env.VK_DRIVER_FILES || env.VK_ICD_FILENAMES) return true;
  const { existsSync, readdirSync } = process.getBuiltinModule('node:fs');
  const shares = (env.XDG_DATA_DIRS || '/usr/local/share:/usr/share').split(':').filter(Boolean);
  const folders = [...shares, '/etc', '/run/opengl-driver/share'].map((folder) => `${folder}/vulkan/icd.d`);
  return folders.some((folder) => existsSync(folder) && readdirSync(folder).length > 0);
}

function noAdapter(driver: string | undefined, allowSoftware: boolean): BackendError {
  const how =
    driver === undefined
      ? 'install chromium, whose SwiftShader computes on the CPU'
      : 'pass `allowSoftware: true` to compute on the CPU (slow)';
  const wayOut = allowSoftware
    ? 'Install chromium, whose SwiftShader computes on the CPU, or use "wasm"'
    : `Use "wasm", or ${how}`;
  return new BackendError('webgpu', 'this machine shows no graphics adapter', wayOut);
}

async function importDawn(): Promise<Dawn> {
  try {
    return await importNodePackage<Dawn>('webgpu');
  } catch (error) {
    const missing = isMissingPackage(error, 'webgpu');
    throw new BackendError(
      'webgpu',
      missing ? 'Node has no WebGPU and the package webgpu is not installed' : `Dawn does not load (${reason(error)})`,
      missing ? 'Run `npm install webgpu`, or use "wasm"' : 'Use "wasm"',
      { cause: error },
    );
  }
}

async function tryDawn(dawn: Dawn): Promise<Adapter | undefined> {
  const gpu = dawn.create([]);
  const adapter = await requestAdapter(gpu);
  if (adapter) installGpu(gpu);
  return adapter;
}

/** Node 20 has no `navigator`; later ones have one whose properties live on its prototype. */
function installGpu(gpu: Gpu): void {
  const scope = globalThis as { navigator?: object };
  if (scope.navigator) Object.defineProperty(scope.navigator, 'gpu', { value: gpu, configurable: true });
  else Object.defineProperty(scope, 'navigator', { value: { gpu }, configurable: true, writable: true });
}

function softwareDriver(): string | undefined {
  const { existsSync } = process.getBuiltinModule('node:fs');
  const files = softwareDrivers.map((folder) => `${folder}/vk_swiftshader_icd.json`);
  return [process.env.VK_DRIVER_FILES, ...files].find((file) => file !== undefined && existsSync(file));
}
