import { availablePrecision, selectBackend } from '@diffgan/runtime';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from './temporary-folder.ts';
import { trainers } from './trainers.ts';
import { trainToy } from './run.ts';
import { shortRun } from './toy.ts';

await selectBackend('tensorflow');
const path = temporaryFolder();
const { precision: best, why } = availablePrecision('bfloat16');
const asked = { precision: 'bfloat16' } as const;
const name = 'GAN with R1 and gradient penalty';

test('a precision that there is not is refused', async () => {
  const { error } = await trainers[name]({ precision: 'float16' as 'float32' });
  expect(error).toEqual(new RangeError("training: precision is 'float16'; use one of float32, bfloat16"));
});

describe.runIf(best === 'bfloat16')('bfloat16', () => {
  test.each(['GAN with R1 and gradient penalty', 'DDPM of eps', 'VDM', 'classifier'])(
    '%s: aborted and resumed, it ends in the same bits, which are those of bfloat16',
    async (name) => {
      const whole = await trainers[name]({ ...asked, steps: 6 });
      const checkpoint = { file: path(`${name}.safetensors`), every: 2, resume: true };
      const controller = new AbortController();
      await trainers[name]({ ...asked, steps: 6, checkpoint, signal: controller.signal }, ({ type, step }) => {
        if (type === 'step' && step === 3) controller.abort(new Error('stop here'));
      });
      const rest = await trainers[name]({ ...asked, steps: 6, checkpoint });
      expect(rest.events[0]).toMatchObject({ type: 'resume', step: 3 });
      expect(rest.weights).toEqual(whole.weights);
      expect((await trainers[name]({ steps: 6 })).weights).not.toEqual(whole.weights);
    },
  );

  test('a run goes on in its own precision alone', async () => {
    const checkpoint = { file: path('state.safetensors'), resume: true };
    await trainers[name]({ ...asked, steps: 2, checkpoint });
    const { error } = await trainers[name]({ steps: 2, checkpoint });
    expect(error).toBeInstanceOf(RangeError);
    expect((error as Error).message).toMatch(/other settings \(precision: "bfloat16" → "float32"\)/);
  });

  test('networks of images learn much the same', async () => {
    const lossesOf = async (precision: 'float32' | 'bfloat16') => {
      const { events, error } = await trainToy(shortRun({ precision }));
      expect(error).toBeUndefined();
      return events.flatMap((event) => (event.type === 'step' ? Object.values(event.losses) : []));
    };
    const [exact, rounded] = [await lossesOf('float32'), await lossesOf('bfloat16')];
    // Logits pass a handful of layers, each of which rounds to 2⁻⁹ of its numbers; these are of the order of 1.
    exact.forEach((loss, i) => expect(Math.abs(rounded[i] - loss)).toBeLessThan(0.05 * Math.max(1, Math.abs(loss))));
    expect(rounded).not.toEqual(exact);
  });
});

describe.runIf(best === 'float32')('without bfloat16', () => {
  test('a run says so and computes in float32', async () => {
    const [told, plain] = [await trainers[name](asked), await trainers[name]()];
    expect(told.events[0]).toEqual({ type: 'warning', step: 0, kind: 'other-precision', message: why });
    expect(told.weights).toEqual(plain.weights);
  });
});
