import { existsSync } from 'node:fs';
// By path: vitest reads this before any export condition is set.
import { cacheDir } from '../packages/files/src/cache-dir.ts';
import { bindingOf, tfjsNodeFolder } from '../packages/runtime/src/tfjs-node-folder.ts';
import { findChromium } from './chromium.ts';

/** Suites that cannot run on this machine, with the reason. */
export function unavailableSuites(): Record<string, string> {
  const reasons: Record<string, string> = {};
  if (!hasBinding()) reasons['node-tensorflow'] = 'native TensorFlow is not installed; `npm run setup` says why';
  if (findChromium() === undefined)
    reasons['browser-webgpu'] = reasons.pages = 'there is no Chromium; install one or set DIFFGAN_CHROMIUM';
  return reasons;
}

/** Whether a suite that cannot run is a failure. */
export const requireAll = (): boolean => Boolean(process.env.CI) || process.env.DIFFGAN_REQUIRE_ALL === '1';

const hasBinding = (): boolean => existsSync(bindingOf(tfjsNodeFolder(cacheDir())));
