import { expect, test } from 'vitest';
import { run } from '@diffgan/ops';

/** Yields 1 and 2, returns 'done'; notes in `log` that it was closed. */
async function* counter(log: string[] = []) {
  try {
    yield 1;
    await Promise.resolve();
    yield 2;
    return 'done';
  } finally {
    log.push('closed');
  }
}

test('run awaits every event handler and returns the result', async () => {
  const seen: number[] = [];
  const result = await run(counter(), async (event) => {
    await Promise.resolve();
    seen.push(event);
  });
  expect(result).toBe('done');
  expect(seen).toEqual([1, 2]);
  expect(await run(counter())).toBe('done');
});

test('a handler that throws closes the generator', async () => {
  const log: string[] = [];
  const failing = run(counter(log), () => {
    throw new Error('no more');
  });
  await expect(failing).rejects.toThrow('no more');
  expect(log).toEqual(['closed']);
});

test('an error of the generator reaches the caller', async () => {
  async function* broken(): AsyncGenerator<number, void> {
    await Promise.resolve();
    yield 1;
    throw new Error('broken');
  }
  await expect(run(broken())).rejects.toThrow('broken');
});
