import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setup } from './setup.ts';
import { requireAll, unavailableSuites } from './suites.ts';

/** The part of vitest's JSON report that is read. */
interface Report {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests: number;
  testResults: { name: string; status: string; message: string; assertionResults: { status: string }[] }[];
}

await setup();
const folder = mkdtempSync(join(tmpdir(), 'diffgan-test-'));
const file = join(folder, 'report.json');
// Run by the same Node without npx, whose own lines and start-up time would only add noise.
const vitest = [
  'node_modules/vitest/vitest.mjs',
  'run',
  '--reporter=default',
  '--reporter=json',
  `--outputFile.json=${file}`,
];
const { status } = spawnSync(process.execPath, [...vitest, ...process.argv.slice(2)], { stdio: 'inherit' });
const { passed, failed, skipped } = summarise(readReport(file), status ?? 1);
rmSync(folder, { recursive: true, force: true });

const absent = Object.entries(unavailableSuites());
for (const [suite, why] of absent) console.log(`SKIPPED suite ${suite}: ${why}`);
if (skipped > 0) console.log(`${skipped} skipped`);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 || (requireAll() && (skipped > 0 || absent.length > 0)) ? 1 : 0;

function readReport(path: string): Report | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Report;
  } catch {
    return undefined; // vitest did not get as far as writing it, and has said why
  }
}

/** A file that fails outside of its tests, and a run that fails without a failed test, count as one failure each. */
function summarise(report: Report | undefined, status: number): { passed: number; failed: number; skipped: number } {
  if (!report) return { passed: 0, failed: 1, skipped: 0 };
  const broken = report.testResults.filter(
    ({ status: result, assertionResults }) =>
      result === 'failed' && !assertionResults.some((assertion) => assertion.status === 'failed'),
  ).length;
  const failed = report.numFailedTests + broken;
  return {
    passed: report.numPassedTests,
    failed: failed === 0 && status !== 0 ? 1 : failed,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}
