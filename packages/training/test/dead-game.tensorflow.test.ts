import { expect, test } from 'vitest';
import type { TrainEvent } from '@diffgan/training';
import { playDdgan } from './play.ts';

const warningsOf = (events: TrainEvent[]) =>
  events.flatMap((event) => (event.type === 'warning' ? [[event.kind, event.step] as const] : []));

test('a game of tv whose logits ran where the loss is flat is told of within 50 steps; a slow one lives', async () => {
  const play = (rate: number) =>
    playDdgan()({ steps: 50, loss: 'tv', r1: { gamma: 0 }, learningRate: { generator: rate, critic: 5 * rate } });
  const { events, steps } = await play(0.1);
  expect(Math.abs(steps.at(-1)!.measures['critic.fake'])).toBeGreaterThan(10);
  expect(warningsOf(events)).toEqual([['game-dead', expect.any(Number)]]);
  expect(warningsOf((await play(1e-3)).events)).toEqual([]);
});

test('the records have the share of right pairs at every step of the diffusion', async () => {
  const { steps } = await playDdgan()({ steps: 10, batch: 32 });
  const shares = [1, 2, 3, 4].map((t) => steps.at(-1)!.measures[`critic.auc@${t}`]);
  expect(shares.every((share) => share >= 0 && share <= 1)).toBe(true);
  // 80 pairs at each t count almost alike: their mean is that of all pairs, up to how many there were of each.
  const separation = steps.reduce((sum, { measures }) => sum + measures['critic.separation'], 0) / 10;
  expect(Math.abs(shares.reduce((a, b) => a + b) / 4 - separation)).toBeLessThan(0.1);
});

test('weights decide which steps are drawn', async () => {
  const { steps } = await playDdgan()({ steps: 3, timesteps: [0, 1, 0, 2] });
  const names = Object.keys(steps.at(-1)!.measures).filter((name) => name.startsWith('critic.auc@'));
  expect(names).toEqual(['critic.auc@2', 'critic.auc@4']);
});
