import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { diffusionFromDiffusers, modelDiffusionJson } from '@diffgan/hub';
import { parseSchedule, respace, scheduleFromBetas } from '@diffgan/schedule';

interface Golden {
  config: { _class_name: string };
  alphaBar: number[];
  steps: number;
  timesteps: number[];
}
const golden = JSON.parse(readFileSync(new URL('golden/schedulers.json', import.meta.url), 'utf8')) as Golden[];
const scheduleOf = (config: object) => {
  const { schedule } = diffusionFromDiffusers(config);
  return typeof schedule === 'string' ? parseSchedule(schedule) : scheduleFromBetas(Float64Array.from(schedule));
};

describe('diffusionFromDiffusers', () => {
  it.each(golden.map((one, i) => [i, one.config._class_name, one] as const))(
    'has the noise of configuration %i, a %s',
    (_, _name, { config, alphaBar }) => {
      const own = scheduleOf(config).alphaBar;
      expect(own).toHaveLength(alphaBar.length);
      // theirs are products of up to 1000 float32 numbers; near zero SNR they are differences of such
      alphaBar.forEach((theirs, i) => expect(Math.abs(own[i] - theirs)).toBeLessThan(1000 * 2 ** -24 * theirs + 1e-7));
    },
  );

  it.each(golden.filter(({ config }) => /^DD/.test(config._class_name)).map((one, i) => [i, one] as const))(
    'takes the steps that it takes: %i',
    (_, { config, steps, timesteps }) => {
      const { spacing } = diffusionFromDiffusers(config);
      const schedule = scheduleOf(config);
      const [rule, offset] = spacing!.split('+');
      const spec = `${rule}:${steps}${offset === undefined ? '' : `+${offset}`}`;
      const own = steps === schedule.steps ? schedule : respace(schedule, spec);
      expect([...own.positions].reverse()).toEqual(timesteps);
    },
  );

  it.each([
    [{}, { sampler: 'ddpm', predicts: 'eps', clip: true, variance: 'fixedSmall' }],
    [
      { _class_name: 'DDIMScheduler', prediction_type: 'sample' },
      { sampler: 'ddim', predicts: 'x0', clip: true, rederiveEps: false },
    ],
    [
      { _class_name: 'PNDMScheduler', clip_sample: false },
      { sampler: 'ddim', predicts: 'eps', clip: false, rederiveEps: false },
    ],
    [{ _class_name: 'EulerAncestralDiscreteScheduler' }, { sampler: 'euler-ancestral', predicts: 'eps', clip: false }],
    [{ variance_type: 'learned_range' }, { sampler: 'ddpm', predicts: 'eps', clip: true, variance: 'learnedRange' }],
    [{ _class_name: 'DPMSolverMultistepScheduler', prediction_type: 'v_prediction' }, { sampler: 'dpm-solver', predicts: 'v', clip: false }], // prettier-ignore
    [
      { _class_name: 'DPMSolverMultistepScheduler', solver_order: 3, solver_type: 'heun' },
      { sampler: 'dpm-solver', predicts: 'eps', clip: false, order: 3, solver: 'heun' },
    ],
    [
      { _class_name: 'UniPCMultistepScheduler', solver_order: 3, solver_type: 'bh2' },
      { sampler: 'unipc', predicts: 'eps', clip: false, order: 3 },
    ],
  ])('draws as %o does', (config, sampling) => {
    expect(diffusionFromDiffusers(config).sampling).toEqual(sampling);
  });

  it('tells what is not taken over', () => {
    const { notes } = diffusionFromDiffusers({ clip_sample_range: 2, thresholding: true, set_alpha_to_one: false });
    expect(notes).toHaveLength(3);
  });

  it.each([
    [null, /it is null/],
    [{ _class_name: 'FlowMatchEulerDiscreteScheduler' }, /_class_name is "FlowMatchEulerDiscreteScheduler"/],
    [{ num_train_timesteps: 1e9 }, /num_train_timesteps is 1000000000/],
    [{ num_train_timesteps: 2.5 }, /num_train_timesteps is 2\.5/],
    [{ beta_schedule: 'exp' }, /beta_schedule is "exp"/],
    [{ beta_start: 2 }, /beta_start is 2/],
    [{ beta_end: 'x' }, /beta_end is "x"/],
    [{ trained_betas: [0.5, 1] }, /trained_betas is/],
    [{ trained_betas: [] }, /trained_betas is/],
    [{ prediction_type: 'flow' }, /prediction_type is "flow"/],
    [{ variance_type: 'odd' }, /variance_type is "odd"/],
    [{ timestep_spacing: '\u001b[2J' }, /timestep_spacing is "\\u001b/],
    [{ steps_offset: -1 }, /steps_offset is -1/],
  ])('refuses %o, naming the field', (config, message) => {
    expect(() => diffusionFromDiffusers(config)).toThrow(RangeError);
    expect(() => diffusionFromDiffusers(config)).toThrow(message);
  });
});

describe('modelDiffusionJson', () => {
  it('refuses a schedule that is none', () => {
    expect(() => modelDiffusionJson({ schedule: 'line:1000', sampling: { sampler: 'ddpm' } })).toThrow(/called 'line'/);
    expect(() => modelDiffusionJson({ schedule: [2], sampling: { sampler: 'ddpm' } })).toThrow(RangeError);
  });
});
