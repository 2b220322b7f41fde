import { expect, test } from 'vitest';
import { GameWatch } from '../src/game-watch.ts';

/** Kinds of warnings by the step at which they come. */
function warningsOf(steps: number, at: (step: number) => { separation: number; norm: number; auc?: number[] }) {
  const watch = new GameWatch();
  return Array.from({ length: steps }, (_, i) => {
    const { separation, norm, auc = [] } = at(i + 1);
    const measures = {
      ...{ 'critic.real': -10, 'critic.fake': -10.1, 'critic.separation': separation, 'generator.gradientNorm': norm },
      ...Object.fromEntries(auc.map((value, t) => [`critic.auc@${t + 1}`, value])),
    };
    return watch.observe({ losses: {}, measures, examples: new Float32Array() }, i + 1);
  })
    .flat()
    .map((event) => [event.step, event.type === 'warning' && event.kind]);
}

test('an even game is no reason to warn', () => {
  expect(warningsOf(1000, (step) => ({ separation: 0.5 + 0.4 * Math.sin(step), norm: 1 + Math.cos(step) }))).toEqual(
    [],
  );
});

test('a critic that is always right is told of after 200 steps, and again only when that had ended', () => {
  const always = (step: number) => ({ separation: step <= 600 || step > 1000 ? 1 : 0.5, norm: 1 });
  expect(warningsOf(1500, always)).toEqual([
    [200, 'critic-saturated'],
    [1199, 'critic-saturated'], // one pair in 200 may still go wrong
  ]);
});

test('a generator whose gradient falls to a thousandth of what it was', () => {
  const vanishing = (step: number) => ({ separation: 0.7, norm: step <= 300 ? 2 : 1e-3 });
  expect(warningsOf(1000, vanishing)).toEqual([[500, 'generator-gradient-vanished']]);
});

test('a game whose gradient is gone for ten steps is dead, and told of at once', () => {
  const dying = (step: number) => ({ separation: 0.5, norm: step <= 11 ? 0.3 : 1e-9 });
  expect(warningsOf(50, dying)).toEqual([[21, 'game-dead']]);
  expect(warningsOf(50, () => ({ separation: 0.5, norm: 0 }))).toEqual([[10, 'game-dead']]);
  expect(warningsOf(150, (step) => ({ separation: 0.5, norm: step % 10 === 0 ? 0.3 : 0 }))).toEqual([]);
});

test('a critic at chance at all steps of the diffusion, and at some of them', () => {
  const noisy = (step: number) => 0.5 + 0.05 * Math.sin(step);
  expect(warningsOf(400, (step) => ({ separation: 0.5, norm: 1, auc: [0.48, noisy(step)] }))).toEqual([
    [200, 'critic-at-chance'],
  ]);
  expect(warningsOf(400, (step) => ({ separation: 0.5, norm: 1, auc: [0.68, noisy(step)] }))).toEqual([]);
  expect(warningsOf(400, (step) => ({ separation: 0.5, norm: 1, auc: [0.3, noisy(step)] }))).toEqual([]);
});
