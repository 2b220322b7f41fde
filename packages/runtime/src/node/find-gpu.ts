import { existsSync } from 'node:fs';
import type { Finding } from './finding.ts';
import { runCommand } from './run-command.ts';

/** NVIDIA's tool, also where Linux runs within Windows, and what its driver shows in containers that lack the tool. */
const tools = ['nvidia-smi', '/usr/lib/wsl/lib/nvidia-smi'];
const driver = '/proc/driver/nvidia/version';

/** A graphics card that TensorFlow's CUDA build could compute on, with its driver. */
export async function findGpu(signal?: AbortSignal): Promise<Finding> {
  for (const tool of tools) {
    const cards = await runCommand(tool, ['--query-gpu=name,driver_version', '--format=csv,noheader'], {
      signal,
    }).catch(() => signal?.throwIfAborted());
    const [first] = cards?.trim().split('\n') ?? [];
    if (first) return { ok: true, detail: first.replace(/, /, ', driver ') };
  }
  if (existsSync(driver)) return { ok: true, detail: 'an NVIDIA driver, whose tool nvidia-smi is missing' };
  return { ok: false, detail: 'no GPU here: there is no NVIDIA driver. Everything computes on the CPU' };
}
