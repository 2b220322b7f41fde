import type { TrainEvent } from './train-event.ts';
import type { Outcome } from './train-state.ts';
import { Warnings } from './warnings.ts';
import { WINDOW, WindowMean } from './window-mean.ts';

/** Share of pairs in which the critic is right, above which its weights are those of a few samples. */
const SATURATED = 0.995;
/** How much less exact than the teacher the fake denoiser may be on the student's samples, as a share: rounding, and the noise of a window. */
const BEHIND = 0.02;

const remedies = {
  'fake-lags':
    'What it says of their scores leads the student astray: raise fakeSteps or its learning rate, or lower that of the generator',
  'critic-saturated':
    'Few samples then carry all the weight, or none: lower its learning rate, give it r1, or let the student start from what is like the data',
} as const;

/** Notices when a student is led by networks that do not know its samples. */
export class StudentWatch {
  readonly #ofFake = new WindowMean();
  readonly #ofTeacher = new WindowMean();
  readonly #separation = new WindowMean();
  readonly #warnings = new Warnings(remedies);

  /** Takes the numbers of a step. */
  observe({ measures }: Outcome, step: number): TrainEvent[] {
    return [...this.#lags(measures, step), ...this.#saturated(measures, step)];
  }

  /** The best denoiser of the samples is the fake one when it has kept up: then no other is more exact, the teacher neither. */
  #lags(measures: Outcome['measures'], step: number): TrainEvent[] {
    const ofFake = this.#ofFake.add(measures['fake.error']);
    const ofTeacher = this.#ofTeacher.add(measures['teacher.error']);
    if (ofFake === undefined || ofTeacher === undefined) return [];
    return this.#warnings.of(step, 'fake-lags', ofFake > (1 + BEHIND) * ofTeacher, () => {
      const [fake, teacher] = [ofFake, ofTeacher].map((value) => value.toPrecision(3));
      return `over the last ${WINDOW} steps the fake denoiser was less exact on the student's samples than the teacher, which never saw them: squared errors of ${fake} and ${teacher}`;
    });
  }

  #saturated(measures: Outcome['measures'], step: number): TrainEvent[] {
    if (!('critic.separation' in measures)) return [];
    const separation = this.#separation.add(measures['critic.separation']);
    return this.#warnings.of(step, 'critic-saturated', separation !== undefined && separation > SATURATED, () => {
      const share = (100 * separation!).toFixed(1);
      return `over the last ${WINDOW} steps the critic told diffused data from samples in ${share} % of the pairs`;
    });
  }
}
