import * as tf from '@tensorflow/tfjs-core';
import { type BackendName, backendNames } from '@diffgan/runtime';
import { doctor as inspect, type DoctorReport, type Finding, formatDoctor } from '@diffgan/runtime/node';
import { adviceFor } from '../doctor/advice.ts';
import { type BackendCheck, checkBackends } from '../doctor/check-backend.ts';
import { lookForData } from '../doctor/look-for-data.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { version } from '../terminal/version.ts';

/** What is here, what it does, and what to do about the rest. */
export interface DoctorResult extends DoctorReport {
  /** Data sets on this disk. */
  data: Finding;
  versions: Record<string, string>;
  checks: Partial<Record<BackendName, BackendCheck>>;
  advice: string[];
}

/** Looks at the machine, and puts each backend that works to the test. */
export async function doctor(terminal: Terminal, signal: AbortSignal): Promise<DoctorResult> {
  const report = { ...(await inspect()), data: lookForData() };
  const versions = { diffgan: version, 'TensorFlow.js': tf.version_core, Node: process.versions.node };
  terminal.say(formatDoctor(report, { data: report.data }));
  terminal.heading('A training step whose result is known, and drawing');
  const checks = await checkBackends(
    backendNames.filter((name) => report.backends[name].ok),
    {
      signal,
      onCheck: (name, { ok, detail }) => terminal.say(`${ok ? 'ok' : '--'}  ${name.padEnd(10)}  ${detail}`),
    },
  );
  const advice = adviceFor(report, checks);
  terminal.heading('Advice');
  terminal.say(advice.length === 0 ? 'None: all is well' : advice.join('\n'));
  return { ...report, versions, checks, advice };
}
