import { describe, expect, it } from 'vitest';
import { runCommand } from '../src/node/run-command.ts';

describe('runCommand', () => {
  it.each([
    ['that ends when it is told to', 'echo up; exec sleep 600'],
    ['that ignores SIGTERM', "trap '' TERM; echo up; while :; do sleep 0.1; done"],
    ['whose child ignores SIGTERM and keeps its output', "(trap '' TERM; echo up; sleep 30) & wait"],
  ])('ends a program %s, with the reason of the signal', { timeout: 20_000 }, async (_, script) => {
    const controller = new AbortController();
    const running = runCommand('sh', ['-c', script], {
      signal: controller.signal,
      onLine: () => controller.abort(new Error('enough')),
    });
    await expect(running).rejects.toThrow('enough');
  });
});
