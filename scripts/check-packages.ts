import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

// What users get: publint reads the manifest against the packed files, attw resolves the types as TypeScript would.
const packages = [...readdirSync('packages').map((name) => join('packages', name)), 'experiments'];
const failures = packages.filter((dir) => !check(dir));
console.log(
  failures.length === 0
    ? `${packages.length} packages are fit to publish`
    : `not fit to publish: ${failures.join(', ')}`,
);
process.exitCode = failures.length === 0 ? 0 : 1;

function check(dir: string): boolean {
  const { exports: entries } = JSON.parse(readFileSync(join(dir, 'package.json'), 'utf8')) as {
    exports: Record<string, object>;
  };
  const dual = Object.values(entries).every((entry) => typeof entry === 'string' || 'require' in entry);
  // Resolution without `exports` (node10) cannot see subpaths; every TypeScript since 4.7 has a newer one.
  const attw = ['--pack', '.', '--no-emoji', '--format', 'ascii', '--profile', dual ? 'node16' : 'esm-only'];
  return run(dir, 'publint', ['--strict', '.']) && run(dir, 'attw', attw);
}

function run(dir: string, tool: string, args: string[]): boolean {
  const bin = join(process.cwd(), 'node_modules', '.bin', tool);
  const { status, stdout, stderr } = spawnSync(bin, args, { cwd: dir, encoding: 'utf8' });
  console.log(`${status === 0 ? 'ok  ' : 'FAIL'} ${tool} ${dir}`);
  if (status !== 0) console.log(stdout + stderr);
  return status === 0;
}
