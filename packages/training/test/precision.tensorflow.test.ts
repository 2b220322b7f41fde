import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Precision, selectBackend } from '@diffgan/runtime';
import { trainToy } from './run.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { shortRun } from './toy.ts';

const path = temporaryFolder();
const asked = { precision: 'bfloat16' } as const;

beforeEach(() => {
  vi.stubEnv('DIFFGAN_BFLOAT16', '1'); // also where the processor takes longer for it
});
afterEach(() => {
  vi.unstubAllEnvs();
});

describe('bfloat16', () => {
  test('aborted and resumed, a run ends in the same bits, which are those of bfloat16', async () => {
    const whole = await trainToy(shortRun(asked));
    const checkpoint = { file: path('state.safetensors'), every: 2, resume: true };
    const controller = new AbortController();
    await trainToy(shortRun({ ...asked, checkpoint, signal: controller.signal }), (event) => {
      if (event.type === 'step' && event.step === 3) controller.abort(new Error('stop here'));
    });
    const rest = await trainToy(shortRun({ ...asked, checkpoint }));
    expect(rest.events[0]).toMatchObject({ type: 'resume', step: 3 });
    expect(rest.vectors).toEqual(whole.vectors);
    expect((await trainToy(shortRun())).vectors).not.toEqual(whole.vectors);
  });

  test('a run goes on in its own precision alone', async () => {
    const checkpoint = { file: path('other.safetensors'), resume: true };
    await trainToy(shortRun({ ...asked, steps: 2, checkpoint }));
    const { error } = await trainToy(shortRun({ steps: 2, checkpoint }));
    expect(error).toBeInstanceOf(RangeError);
    expect((error as Error).message).toMatch(/other settings \(precision: "bfloat16" → "float32"\)/);
  });

  test('networks of images learn much the same', async () => {
    const lossesOf = async (precision: Precision) => {
      const { events, error } = await trainToy(shortRun({ precision }));
      expect(error).toBeUndefined();
      return events.flatMap((event) => (event.type === 'step' ? Object.values(event.losses) : []));
    };
    const [exact, rounded] = [await lossesOf('float32'), await lossesOf('bfloat16')];
    // Logits pass about ten layers, each of which rounds to 2⁻⁹ of its numbers; these are of the order of 1.
    exact.forEach((loss, i) => expect(Math.abs(rounded[i] - loss)).toBeLessThan(0.02 * Math.max(1, Math.abs(loss))));
    expect(rounded).not.toEqual(exact);
  });
});

test('where there is none, a run says so and computes in float32', async () => {
  await selectBackend('cpu');
  const told = await trainToy(shortRun({ ...asked, steps: 1 }));
  const plain = await trainToy(shortRun({ steps: 1 }));
  await selectBackend('tensorflow');
  expect(told.events[0]).toEqual({
    ...{ type: 'warning', step: 0, kind: 'other-precision' },
    message: 'bfloat16 is not used: the backend "cpu" does not have it; computing in float32',
  });
  expect(told.vectors).toEqual(plain.vectors);
});

test('a precision that there is not is refused', async () => {
  const { error } = await trainToy(shortRun({ precision: 'float16' as Precision }));
  expect(error).toEqual(new RangeError("training: precision is 'float16'; use one of float32, bfloat16"));
});
