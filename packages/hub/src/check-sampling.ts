import { classCount, classesOf, configShape, type SamplingParts } from './chain-parts.ts';
import { PipelineError } from './pipeline-error.ts';
import { respaced } from './respaced.ts';
import { samplerNames } from './sampling-config.ts';
import { MAX_STEPS } from './schedule-config.ts';
import { isSolver, solverNames, solversThatTake } from './solvers.ts';

/** @throws PipelineError when a network, its schedule and the sampling configuration do not fit together. */
export function checkSampling(parts: SamplingParts): void {
  const refuse: Refuse = (why) => {
    throw new PipelineError(`${parts.name}: ${why}`);
  };
  checkSampler(parts, refuse);
  checkPrediction(parts, refuse);
  checkSteps(parts, refuse);
  checkSpacing(parts, refuse);
  checkGuidance(parts, refuse);
  checkAutoguidance(parts, refuse);
  checkLabels(parts, refuse);
}

type Refuse = (why: string) => void;

function checkSampler({ network, sampling, schedule }: SamplingParts, refuse: Refuse): void {
  const { sampler, eta, order, solver, rederiveEps, variance } = sampling;
  if (!samplerNames.includes(sampler))
    refuse(`sampler is ${String(sampler)}; it must be one of ${samplerNames.join(', ')}`);
  const { kind } = network;
  const generator = kind.endsWith('generator');
  if (generator !== (sampler === 'ddgan'))
    refuse(
      generator
        ? `a ${kind} has the sampler ddgan, not ${sampler}; leave out the sampler`
        : `the sampler ddgan is for generators, this is a ${kind}; use ddpm, ddim, euler, heun or dpm-solver`,
    );
  if ((typeof schedule === 'function') !== (sampler === 'vdm'))
    refuse(
      sampler === 'vdm'
        ? 'the sampler vdm is for variational diffusion models; use ddpm, ddim, euler, heun or dpm-solver'
        : `a variational diffusion model has the sampler vdm, not ${sampler}; leave out the sampler`,
    );
  const belongs = (setting: string, value: unknown, takers: readonly string[]) => {
    if (value !== undefined && !takers.includes(sampler))
      refuse(`${setting} belongs to the sampler ${oneOfThem(takers)}, not to ${sampler}`);
  };
  belongs('eta', eta, ['ddim', ...solversThatTake('eta')]);
  belongs('order', order, solversThatTake('order'));
  belongs('solver', solver, solversThatTake('solver'));
  belongs('rederiveEps', rederiveEps, ['ddim']);
  belongs('variance', variance, ['ddpm']);
}

function checkPrediction({ sampling, schedule }: SamplingParts, refuse: Refuse): void {
  const { sampler, predicts, sigmaData } = sampling;
  if (predicts === 'mean' && sampler !== 'ddpm' && sampler !== 'ddim')
    refuse(`a network that predicts the mean can be sampled by ddpm and ddim, not by ${sampler}`);
  if (sigmaData !== undefined && predicts !== 'edm')
    refuse(`sigmaData belongs to predicts edm, not ${predicts ?? 'eps'}`);
  if (predicts === 'edm' && (typeof schedule === 'function' || schedule.name !== 'edm'))
    refuse('predicts edm needs an edm schedule, such as edm:1000');
}

const oneOfThem = (names: readonly string[]): string => names.join(', ').replace(/, ([^,]*)$/, ' or $1');

function checkSpacing({ sampling, schedule }: SamplingParts, refuse: Refuse): void {
  const { sampler, steps, spacing, sigmas } = sampling;
  const solver = isSolver(sampler);
  if (sigmas && !solver) refuse(`sigmas belong to the samplers ${solverNames.join(', ')}, not to ${sampler}`);
  if (sigmas && (steps !== undefined || spacing !== undefined))
    refuse('sigmas say which steps there are; leave out steps and spacing');
  if (spacing === undefined) return;
  if (typeof schedule === 'function' || sampler === 'ddgan')
    refuse(`the sampler ${sampler} has no spacing; leave it out`);
  if (!solver && ['log-snr', 'karras'].includes(spacing))
    refuse(`the spacing ${spacing} is for ${solverNames.join(', ')}; ${sampler} asks its network at whole steps`);
  const listed = /^\d/.test(spacing);
  if (listed && steps !== undefined) refuse(`spacing lists the steps; leave out the number of them`);
  if (!listed && steps === undefined) refuse(`the spacing ${spacing} needs a number of steps, such as --steps 50`);
  if (typeof schedule !== 'function') respaced(schedule, sampling);
}

function checkSteps({ sampling: { sampler, steps }, schedule }: SamplingParts, refuse: Refuse): void {
  if (steps === undefined) return;
  const most = typeof schedule === 'function' ? MAX_STEPS : schedule.steps;
  if (!(Number.isSafeInteger(steps) && steps >= 1 && steps <= most))
    refuse(`steps is ${steps}; it must be a whole number from 1 to ${most}`);
  if (sampler === 'ddgan' && steps !== most)
    refuse(`steps is ${steps}, but the generator was trained for ${most} steps and no others; leave it out`);
}

function checkGuidance({ network, sampling, classifier }: SamplingParts, refuse: Refuse): void {
  const { guidance, guidanceForm, sampler, clip, clipBeforeGuidance } = sampling;
  if (guidanceForm && !classifier) refuse('guidanceForm needs a classifier that guides');
  if (guidanceForm === 'mean' && sampler !== 'ddpm')
    refuse(`guidanceForm mean shifts the mean of a step of ddpm, which ${sampler} has not; take eps`);
  if (guidanceForm === 'mean' && clipBeforeGuidance === false)
    refuse('guidanceForm mean clips before the guidance or not at all; leave out clipBeforeGuidance');
  if (clipBeforeGuidance && !classifier) refuse('clipBeforeGuidance needs a classifier that guides');
  if (clipBeforeGuidance && clip) refuse('clip comes after the guidance and clipBeforeGuidance before it; take one');
  if (classifier && (sampler === 'ddgan' || sampler === 'vdm'))
    refuse(`a classifier cannot guide the sampler ${sampler}`);
  if (guidance === undefined || classifier) return;
  if (classesOf(network) === undefined) refuse('guidance needs a network that takes labels, or a classifier');
  if (sampler === 'ddgan') refuse('guidance is for networks that predict noise, not for generators');
  if (guidance !== 0 && !(network as { nullClass?: boolean }).nullClass)
    refuse('guidance without a classifier needs a network trained with a label for none (nullClass)');
}

function checkAutoguidance({ network, sampling, worse }: SamplingParts, refuse: Refuse): void {
  const { autoguidance, sampler } = sampling;
  if (worse === undefined) {
    if (autoguidance !== undefined) refuse('autoguidance needs a worse model of the same data; give one');
    return;
  }
  if (autoguidance === undefined)
    refuse('a worse model is given, but not how far to lead away from it; give autoguidance');
  if (worse.kind.endsWith('generator')) refuse(`the worse model is a ${worse.kind}; give a denoiser`);
  if (sampler === 'ddgan' || sampler === 'vdm') refuse(`autoguidance is for denoisers with steps, not for ${sampler}`);
  const [shape, other] = [network, worse].map((one) => configShape(one).join('×'));
  if (shape !== other) refuse(`draws ${shape}, but the worse model ${other}; both must be of the same data`);
  if (classesOf(network) !== classesOf(worse)) refuse('one of the two models is told classes that the other is not');
}

function checkLabels(parts: SamplingParts, refuse: Refuse): void {
  const { labels } = parts.sampling;
  if (labels === undefined) return;
  const classes = classCount(parts);
  if (classes === undefined) return refuse('labels need a network that takes them, or a classifier');
  const wrong = labels.find((label) => !(Number.isInteger(label) && label >= 0 && label < classes));
  if (wrong !== undefined || labels.length === 0)
    refuse(`label is ${wrong ?? 'missing'}; it must be a whole number from 0 to ${classes - 1}`);
}
