import { backendNames } from '../backend-names.ts';
import type { DoctorReport } from './doctor.ts';
import type { Finding } from './finding.ts';

/**
 * Makes a report readable: one line per finding, "ok" or "--" first; `more` findings come before the cache.
 *
 * @example
 * ```ts
 * import { doctor, formatDoctor } from '@diffgan/runtime/node';
 * console.log(formatDoctor(await doctor()));
 * // ok  node        20.20.2 on linux-x64
 * // …
 * ```
 */
export function formatDoctor(report: DoctorReport, more: Readonly<Record<string, Finding>> = {}): string {
  const { node, platform, cores, memory, disk, python, compiler, backends, native, gpu, chromium, cache } = report;
  const findings: [string, Finding][] = [
    ['node', { ...node, detail: `${node.detail} on ${platform}` }],
    ['cores', cores],
    ['memory', memory],
    ['disk', disk],
    ['python', python],
    ['compiler', compiler],
    ...backendNames.map((name): [string, Finding] => [name, backends[name]]),
    ['native', native],
    ['gpu', gpu],
    ['chromium', chromium],
    ...Object.entries(more),
    ['cache', { ok: true, detail: cache }],
  ];
  return findings.map(([name, { ok, detail }]) => `${ok ? 'ok' : '--'}  ${name.padEnd(10)}  ${detail}`).join('\n');
}
