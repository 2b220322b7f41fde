import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The folder of the built page. */
    lab: string;
  }
}

/** Builds the page once for all files of the suite, as a visitor gets it: what a test's own environment says is left out. */
export default function setup({ provide }: TestProject): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'diffgan-lab-'));
  const args = ['build', 'examples/lab', '--outDir', folder, '--emptyOutDir', '--logLevel', 'warn'];
  const env = { ...process.env, NODE_ENV: 'production' };
  const command = ['node_modules/vite/bin/vite.js', ...args];
  const { status, stdout, stderr } = spawnSync(process.execPath, command, { env, encoding: 'utf8' });
  if (status !== 0) throw new Error(stdout + stderr);
  provide('lab', folder);
  return () => rmSync(folder, { recursive: true, force: true });
}
