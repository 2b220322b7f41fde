// What users get: publint reads the manifest against the packed files, attw resolves the types as TypeScript would. Both are called
// here, not as commands of their own, which would pack each package twice and load TypeScript for each. Run after the build.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { pack } from './build/pack.ts';
import { type Published, published } from './build/published.ts';

const packages = published();
const home = mkdtempSync(join(tmpdir(), 'diffgan-packages-'));
try {
  const tarballs = pack(home);
  let unfit = 0;
  for (const { name, formats } of packages) {
    const tarball = new Uint8Array(readFileSync(join(home, tarballs.get(name)!)));
    const faults = [...(await faultsOfManifest(tarball)), ...(await faultsOfTypes(tarball, formats))];
    console.log([`${faults.length === 0 ? 'ok  ' : 'FAIL'} ${name}`, ...faults].join('\n     '));
    if (faults.length > 0) unfit += 1;
  }
  console.log(unfit === 0 ? `${packages.length} packages are fit to publish` : `${unfit} not fit to publish`);
  process.exitCode = unfit === 0 ? 0 : 1;
} finally {
  rmSync(home, { recursive: true, force: true });
}

async function faultsOfManifest({ buffer }: Uint8Array<ArrayBuffer>): Promise<string[]> {
  const { messages, pkg } = await publint({ strict: true, pack: { tarball: buffer } });
  return messages.map((message) => formatMessage(message, pkg) ?? message.code);
}

async function faultsOfTypes(tarball: Uint8Array, formats: Published['formats']): Promise<string[]> {
  const analysis = await checkPackage(createPackageFromTarballData(tarball));
  if (!analysis.types) return ['has no types'];
  // Resolution without `exports` (node10) cannot see subpaths; every TypeScript since 4.7 has a newer one.
  const ignored: string[] = formats.includes('cjs') ? ['node10'] : ['node10', 'node16-cjs'];
  return analysis.problems
    .filter((problem) => !('resolutionKind' in problem) || !ignored.includes(problem.resolutionKind))
    .map((problem) => JSON.stringify(problem));
}
