import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { findChromium } from './chromium.ts';

/** Suites that cannot run on this machine, with the reason. */
export function unavailableSuites(): Record<string, string> {
  const reasons: Record<string, string> = {};
  if (!hasBinding()) reasons['node-tensorflow'] = 'native TensorFlow is not installed; `npm run setup` says why';
  if (findChromium() === undefined)
    reasons['browser-webgpu'] = 'there is no Chromium; install one or set DIFFGAN_CHROMIUM';
  return reasons;
}

/** Whether a suite that cannot run is a failure. */
export const requireAll = (): boolean => Boolean(process.env.CI) || process.env.DIFFGAN_REQUIRE_ALL === '1';

function hasBinding(): boolean {
  try {
    const manifest = createRequire(import.meta.url).resolve('@tensorflow/tfjs-node/package.json');
    return existsSync(join(dirname(manifest), 'lib', 'napi-v8', 'tfjs_binding.node'));
  } catch {
    return false;
  }
}
