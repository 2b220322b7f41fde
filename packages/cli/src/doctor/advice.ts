import { type BackendName, backendNames } from '@diffgan/runtime';
import type { DoctorReport, Finding } from '@diffgan/runtime/node';
import { howToRun } from '../terminal/how-to-run.ts';
import type { BackendCheck } from './check-backend.ts';

/** What to do, the most useful first; empty when all is well. */
export function adviceFor(
  report: DoctorReport & { data: Finding },
  checks: Partial<Record<BackendName, BackendCheck>>,
): string[] {
  const { node, backends, native, memory, disk, data } = report;
  const wrong = backendNames.filter((name) => checks[name]?.ok === false);
  const speeds = backendNames.flatMap((name) => {
    const { imagesPerSecond } = checks[name] ?? {};
    return imagesPerSecond === undefined ? [] : [{ name, imagesPerSecond }];
  });
  const [first] = speeds;
  const fastest = [...speeds].sort((a, b) => b.imagesPerSecond - a.imagesPerSecond).at(0);
  return [
    ...wrong.map((name) => `Do not use --backend ${name}: ${checks[name]!.detail}`),
    ...(node.ok ? [] : [`Node: ${node.detail}`]),
    ...(backends.tensorflow.ok || !node.ok
      ? []
      : [`Training is several times faster with native TensorFlow: ${howToRun('runtime install')}`]),
    ...(backends.tensorflow.ok && !native.ok ? [`Native parts: ${native.detail}`] : []),
    ...(memory.ok ? [] : [`Memory: ${memory.detail}`]),
    ...(disk.ok ? [] : [`Disk: ${disk.detail}`]),
    ...(data.ok ? [] : [`Data: ${data.detail}`]),
    ...(fastest && fastest.name !== first.name && fastest.imagesPerSecond > 1.2 * first.imagesPerSecond
      ? [`For drawing, --backend ${fastest.name} is faster here than ${first.name}, which would be chosen`]
      : []),
  ];
}
