import type { Experiment, How } from './experiment.ts';
import { table } from './markdown.ts';
import type { Results, TrainingResult } from './results.ts';
import { ddpm } from './trainings.ts';
import { ganOf, timed } from './x04-timing.ts';

const BATCH = 256;
const reported = {
  cifar10: { stepsPerSecond: 21, batch: 128, hours: 10.6, samples: 256, seconds: 17 },
  images256: { stepsPerSecond: 2.2, batch: 64, samples: 128, seconds: 300 },
  machine: 'TPU v3-8',
};

const batchOf = ({ config }: TrainingResult) => config.training.batch ?? 32;

const rowOf = (results: Results, label: string, name: string): string[] => {
  const timing = results.first('timing', name);
  const training = results.file.trainings.find((one) => one.name === timing?.of?.name);
  if (!timing || !training) return [label, '–', '–', '–', '–'];
  const rate = training.steps / training.seconds;
  return [
    label,
    rate.toFixed(1),
    String(batchOf(training)),
    (training.seconds / 3600).toFixed(2),
    timing.values.seconds.toFixed(1),
  ];
};

export const x16: Experiment = {
  id: 'X16',
  title: 'What training and drawing cost',
  paper: 'Ho, Jain, Abbeel 2020, appendix B',
  network: 'fashion-mnist-tiny',
  hours: 0.2,
  reported,
  plan: (how: How) => [
    {
      ...timed('ddpm-1000', ddpm({ steps: 1000, seed: 0, small: how.small }), { sampler: 'ddpm', steps: 1000 }),
      batch: BATCH,
      repeats: 1,
    },
    { ...timed('gan-4', ganOf(4, 0, how), { sampler: 'ddgan' }), batch: BATCH },
  ],
  page: (results) => {
    const { cifar10, images256, machine } = results.reported<typeof reported>();
    const ddpmRow = rowOf(results, 'DDPM, T = 1000', 'ddpm-1000');
    return {
      about: `Steps per second and hours of training, and seconds to draw ${BATCH} images.`,
      verdict:
        ddpmRow[1] === '–'
          ? 'Not enough of it has been run to say anything.'
          : `The DDPM trained ${ddpmRow[1]} steps of ${ddpmRow[2]} per second for ${ddpmRow[3]} hours and draws ${BATCH} images in ${ddpmRow[4]} s; that of the paper ${cifar10.stepsPerSecond} of ${cifar10.batch} for ${cifar10.hours} hours, and ${cifar10.samples} in ${cifar10.seconds} s on a ${machine}.`,
      body: [
        table(
          ['', 'steps/s', 'batch', 'hours', `seconds for ${BATCH} images`],
          [
            ddpmRow,
            rowOf(results, 'DDGAN, T = 4', 'gan-4'),
            [
              'paper: CIFAR-10',
              String(cifar10.stepsPerSecond),
              String(cifar10.batch),
              String(cifar10.hours),
              String(cifar10.seconds),
            ],
            [
              'paper: 256²',
              String(images256.stepsPerSecond),
              String(images256.batch),
              '–',
              `${images256.seconds} for ${images256.samples}`,
            ],
          ],
        ),
      ],
      differs: [
        'Networks of 0.3 M parameters on two cores, where the trainings shared the machine with other work, instead of 35.7 M and 114 M on eight cores of a TPU.',
      ],
    };
  },
};
