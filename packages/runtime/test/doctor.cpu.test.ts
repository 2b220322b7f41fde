import { describe, expect, it } from 'vitest';
import { backendInfo, selectBackend } from '@diffgan/runtime';
import { doctor, type DoctorReport, formatDoctor } from '@diffgan/runtime/node';

describe('doctor', () => {
  it('finds the backends that need nothing, and leaves the current one as it was', async () => {
    const before = await selectBackend('cpu');
    const report = await doctor();
    expect(report.backends.wasm.ok).toBe(true);
    expect(report.backends.cpu.ok).toBe(true);
    expect([report.cores.ok, report.memory.detail, report.disk.detail]).toEqual([
      true,
      expect.stringMatching(/GiB of .* GiB available/),
      expect.stringMatching(/GiB free for downloads .* free for runs/),
    ]);
    expect(report.platform).toBe(`${process.platform}-${process.arch}`);
    expect(backendInfo()).toBe(before);
  });
});

describe('formatDoctor', () => {
  it('writes one line per finding', () => {
    const ok = { ok: true, detail: 'fine' };
    const report: DoctorReport = {
      node: { ok: true, detail: '20.20.2' },
      platform: 'linux-x64',
      ...{ cores: ok, memory: ok, disk: ok },
      python: { ok: false, detail: 'none' },
      compiler: ok,
      backends: { tensorflow: ok, webgpu: { ok: false, detail: 'no adapter' }, wasm: ok, cpu: ok },
      native: ok,
      gpu: { ok: false, detail: 'no GPU here' },
      chromium: ok,
      cache: '/cache',
    };
    const lines = formatDoctor(report, { data: ok }).split('\n');
    expect(lines).toHaveLength(15);
    expect(lines[0]).toBe('ok  node        20.20.2 on linux-x64');
    expect(lines[7]).toBe('--  webgpu      no adapter');
  });
});
