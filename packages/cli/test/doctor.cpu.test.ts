import { describe, expect, it } from 'vitest';
import { backendInfo, selectBackend } from '@diffgan/runtime';
import type { DoctorReport, Finding } from '@diffgan/runtime/node';
import { adviceFor } from '../src/doctor/advice.ts';
import { checkBackends } from '../src/doctor/check-backend.ts';

const ok = { ok: true, detail: 'fine' };
const well: DoctorReport & { data: Finding } = {
  ...{ node: ok, platform: 'linux-x64', cores: ok, memory: ok, disk: ok, python: ok, compiler: ok },
  ...{
    backends: { tensorflow: ok, webgpu: ok, wasm: ok, cpu: ok },
    native: ok,
    gpu: ok,
    chromium: ok,
    data: ok,
    cache: '/cache',
  },
};
const missing = (detail: string) => ({ ok: false, detail });

describe('checkBackends', () => {
  it('trains a step whose result is known', async () => {
    const before = await selectBackend('cpu');
    const { cpu } = await checkBackends(['cpu'], { signal: new AbortController().signal });
    expect(cpu).toMatchObject({ ok: true });
    expect(backendInfo().name).toBe(before.name);
  });
});

describe('adviceFor', () => {
  it('has nothing to say where all is well', () => {
    const check = { ...ok, imagesPerSecond: 50 };
    expect(adviceFor(well, { tensorflow: check, wasm: { ...check, imagesPerSecond: 40 } })).toEqual([]);
  });

  it.each([
    [{ backends: { ...well.backends, tensorflow: missing('no') } }, {}, /npm run diffgan -- runtime install/],
    [{ native: missing('compiled graphs run slower') }, {}, /Native parts: compiled/],
    [{ memory: missing('1.0 of 2.0 GiB') }, {}, /Memory: 1\.0/],
    [{ disk: missing('0.5 GiB free') }, {}, /Disk: 0\.5/],
    [{ data: missing('none') }, {}, /Data: none/],
    [{ node: missing('23.0.0') }, {}, /Node: 23/],
    [{}, { wasm: missing('a training step gives 7') }, /Do not use --backend wasm: a training step gives 7/],
    [
      {},
      { tensorflow: { ...ok, imagesPerSecond: 10 }, webgpu: { ...ok, imagesPerSecond: 90 } },
      /--backend webgpu is faster here than tensorflow/,
    ],
  ])('%j with checks %j', (change, checks, message) => {
    const advice = adviceFor({ ...well, ...change }, checks);
    expect(advice).toHaveLength(1);
    expect(advice[0]).toMatch(message);
  });
});
