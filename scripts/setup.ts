import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { installDebianPackages, type InstallProgress, installTensorflow } from '@diffgan/runtime/node';
import { findChromium } from './chromium.ts';
import { requireAll, unavailableSuites } from './suites.ts';

const fashionMnist = '/usr/share/datasets/fashion-mnist';

/** Sets up native TensorFlow, or says why that cannot be. */
export const setupTensorflow = (signal?: AbortSignal): Promise<void> =>
  orSay('native TensorFlow', () => installTensorflow({ signal, onProgress: progressLine() }), signal);

/** Installs what the suites need and this machine lacks; returns whether all of them can run. */
export async function setup(signal?: AbortSignal): Promise<boolean> {
  const onProgress = progressLine();
  await setupTensorflow(signal);
  if (findChromium() === undefined)
    await orSay('Chromium', () => installDebianPackages(['chromium'], { signal, onProgress }), signal);
  if (!process.env.DIFFGAN_DATA && !existsSync(fashionMnist))
    await orSay(
      'Fashion-MNIST as a Debian package (it is downloaded when first used)',
      () => installDebianPackages(['dataset-fashion-mnist'], { signal, onProgress }),
      signal,
    );
  const missing = Object.entries(unavailableSuites());
  for (const [suite, why] of missing) console.log(`suite ${suite} cannot run: ${why}`);
  return missing.length === 0;
}

async function orSay(what: string, work: () => Promise<unknown>, signal?: AbortSignal): Promise<void> {
  try {
    await work();
  } catch (error) {
    signal?.throwIfAborted();
    console.log(`without ${what}: ${(error as Error).message}`);
  }
}

/** One line that is rewritten on a terminal; elsewhere one line per step. */
function progressLine(): (progress: InstallProgress) => void {
  let last = '';
  return ({ step, message, fraction }) => {
    const percent = fraction === undefined ? '' : ` ${Math.round(100 * fraction)} %`;
    if (process.stdout.isTTY)
      process.stdout.write(`\r\x1b[K${step}: ${message}${percent}${step === 'done' ? '\n' : ''}`);
    else if (step !== last) console.log(`${step}: ${message}`);
    last = step;
  };
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const controller = new AbortController();
  process.once('SIGINT', () => controller.abort(new Error('interrupted')));
  const complete = await setup(controller.signal);
  if (!complete && requireAll()) process.exitCode = 1;
}
