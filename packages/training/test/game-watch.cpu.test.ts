import { expect, test } from 'vitest';
import { GameWatch } from '../src/game-watch.ts';

/** Kinds of warnings by the step at which they come. */
function warningsOf(steps: number, at: (step: number) => { separation: number; norm: number }) {
  const watch = new GameWatch();
  return Array.from({ length: steps }, (_, i) => {
    const { separation, norm } = at(i + 1);
    const measures = { 'critic.separation': separation, 'generator.gradientNorm': norm };
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
  const vanishing = (step: number) => ({ separation: 0.7, norm: step <= 300 ? 2 : 1e-4 });
  expect(warningsOf(1000, vanishing)).toEqual([[500, 'generator-gradient-vanished']]);
});
