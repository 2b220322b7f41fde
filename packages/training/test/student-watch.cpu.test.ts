import { expect, test } from 'vitest';
import { StudentWatch } from '../src/student-watch.ts';

interface Step {
  fake?: number;
  separation?: number;
}

/** Kinds of warnings by the step at which they come, with a teacher whose squared error is 0.5. */
function warningsOf(steps: number, at: (step: number) => Step) {
  const watch = new StudentWatch();
  return Array.from({ length: steps }, (_, i) => {
    const { fake = 0.4, separation } = at(i + 1);
    const measures = {
      ...{ 'fake.error': fake, 'teacher.error': 0.5 },
      ...(separation !== undefined && { 'critic.separation': separation }),
    };
    return watch.observe({ losses: {}, measures, examples: new Float32Array() }, i + 1);
  })
    .flat()
    .map((event) => [event.step, event.type === 'warning' && event.kind]);
}

test('a fake denoiser that knows the samples at least as well as the teacher is no reason to warn', () => {
  expect(warningsOf(500, () => ({}))).toEqual([]);
  expect(warningsOf(500, () => ({ fake: 0.5, separation: 0.6 }))).toEqual([]); // as at the start, where both are one
});

test('a fake denoiser that lags is told of after 200 steps, and again only after it had caught up', () => {
  const lagging = (step: number) => ({ fake: step <= 300 || step > 700 ? 0.6 : 0.3 });
  const told = warningsOf(1000, lagging);
  expect(told.map(([, kind]) => kind)).toEqual(['fake-lags', 'fake-lags']);
  expect(told[0][0]).toBe(200);
  expect(told[1][0]).toBe(700 + 141); // the mean, 0.3 + 0.3 n / 200, is above 0.51 from n = 141 on
});

test('a critic that is always right, where there is one', () => {
  expect(warningsOf(400, () => ({ separation: 1 }))).toEqual([[200, 'critic-saturated']]);
});
