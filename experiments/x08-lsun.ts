import type { Experiment } from './experiment.ts';
import { table } from './markdown.ts';

const reported = {
  fid: [
    { name: 'DDPM', bedroom: 6.36, church: 7.89, cat: 19.75 },
    { name: 'DDPM, large', bedroom: 4.9 },
    { name: 'ProgressiveGAN', bedroom: 8.34, church: 6.42, cat: 37.52 },
    { name: 'StyleGAN', bedroom: 2.65, church: 4.21, cat: 8.53 },
    { name: 'StyleGAN2', church: 3.86, cat: 6.93 },
  ],
  steps: 2_400_000,
  batch: 64,
  stepsPerSecond: 2.2,
  machine: 'TPU v3-8',
};

/** Hours that the paper's training took on its machine. */
const hours = ({ steps, stepsPerSecond }: typeof reported) => steps / stepsPerSecond / 3600;

export const x8: Experiment = {
  id: 'X8',
  title: 'LSUN at 256²',
  paper: 'Ho, Jain, Abbeel 2020, table 3',
  network: 'none: not run',
  hours: 0,
  reported,
  plan: () => [],
  page: (results) => {
    const theirs = results.reported<typeof reported>();
    const cell = (value: number | undefined) => (value === undefined ? '–' : String(value));
    return {
      about: 'DDPMs of 114 M parameters on photographs of bedrooms, churches and cats.',
      verdict: `Not run, and not to be run on two cores: the bedrooms took ${theirs.steps} steps of ${theirs.batch} at ${theirs.stepsPerSecond} steps/s on a ${theirs.machine}, ${hours(theirs).toFixed(0)} hours. A smaller network for fewer steps would be another experiment.`,
      body: [
        `The FID of the paper:\n\n${table(
          ['', 'Bedroom', 'Church', 'Cat'],
          theirs.fid.map(({ name, bedroom, church, cat }) => [name, cell(bedroom), cell(church), cell(cat)]),
        )}`,
      ],
      differs: [
        "All of it. The network itself can be made: `ddpmUnet` counts 113 673 219 parameters with the paper's settings, which a test asserts.",
      ],
    };
  },
};
