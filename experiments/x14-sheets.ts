import type { Experiment, How } from './experiment.ts';
import { table } from './markdown.ts';
import type { NeighboursOf } from './measurement.ts';
import { figure, scoresTable } from './score-tables.ts';
import { ddpm } from './trainings.ts';
import { ownSteps } from './x01-ddpm-steps.ts';
import { ddganScores } from './x03-divergences.ts';
import { ganOf } from './x04-timing.ts';

const paper = 'Ho, Jain, Abbeel 2020';
const models = [
  ['DDPM, T = 1000', 'ddpm-1000'],
  ['DDGAN, T = 4', 'gan-4'],
  ['DDGAN, T = 10', 'gan-10'],
] as const;

const differs = ['Fashion-MNIST and small networks instead of CelebA-HQ, CIFAR-10 and LSUN.'];
const classes = ['T-shirt', 'trouser', 'pullover', 'dress', 'coat', 'sandal', 'shirt', 'sneaker', 'bag', 'ankle boot'];

export const x14: Experiment = {
  id: 'X14',
  title: 'Uncurated samples',
  paper: `${paper}, figures 1, 11 and 13`,
  network: 'fashion-mnist-tiny',
  hours: 0.1,
  reported: { figures: 'samples of high quality' },
  plan: (how: How) => [
    ownSteps(1000, how.seeds[0], how.small),
    ddganScores('gan', 4, how.seeds[0], how),
    ddganScores('gan', 10, how.seeds[0], how),
  ],
  sheets: models.map(([label, name]) => ({
    ...{
      file: `samples-${name}.png`,
      caption: `${label}: the first 160 samples.`,
      rows: [name],
      columns: 160,
      width: 16,
    },
  })),
  page: (results) => {
    const found = models.flatMap(([label, name]) => {
      const values = results.first('scores', name)?.values;
      return values ? [{ label, values }] : [];
    });
    const told = found.map(
      ({ label, values: { shares } }) =>
        `${label} ${(100 * Math.min(...shares)).toFixed(1)} to ${(100 * Math.max(...shares)).toFixed(1)} %`,
    );
    return {
      about: 'The first samples of a seed, none left out.',
      verdict:
        found.length === 0
          ? 'Not enough of it has been run to say anything.'
          : `How good they look is for the eye. Each class has, by the classifier, a share of the samples of: ${told.join('; ')}; of the data it is 10 %.`,
      body: [
        scoresTable(results, models),
        table(
          ['share of the samples, %', ...found.map(({ label }) => label)],
          classes.map((name, i) => [name, ...found.map(({ values }) => (100 * values.shares[i]).toFixed(1))]),
        ),
      ],
      differs,
    };
  },
};

const neighbours = (name: string, of: NeighboursOf['of'], sampling: NeighboursOf['sampling']): NeighboursOf => ({
  ...{ kind: 'neighbours', name, of, sampling, count: 500, seed: 1 },
});

export const x15: Experiment = {
  id: 'X15',
  title: 'Nearest training images',
  paper: `${paper}, figures 12 and 15`,
  network: 'fashion-mnist-tiny',
  hours: 0.2,
  reported: { figures: 'samples are no copies of training images' },
  plan: (how: How) => [
    neighbours('ddpm-1000', ddpm({ steps: 1000, seed: how.seeds[0], small: how.small }), {
      sampler: 'ddpm',
      steps: 1000,
    }),
    neighbours('gan-4', ganOf(4, how.seeds[0], how), { sampler: 'ddgan' }),
  ],
  page: (results) => {
    const found = models.flatMap(([label, name]) => {
      const measured = results.first('neighbours', name);
      return measured ? [{ label, name, measured }] : [];
    });
    const copies = found.map(
      ({ label, measured: { values } }) =>
        `${label} ${(100 * values.pixels.copies).toFixed(1)} % by pixels and ${(100 * values.features.copies).toFixed(1)} % by features`,
    );
    return {
      about:
        'The training image that is nearest to a sample, by pixels and by the features of the classifier, beside how near test images are: these cannot be copies.',
      verdict:
        found.length === 0
          ? 'Not enough of it has been run to say anything.'
          : `Share of the samples that are nearer to a training image than all but the nearest hundredth of the test images: ${copies.join('; ')}; as many as test images would be 1 %.`,
      body: [
        table(
          [
            'median distance to the nearest training image',
            'pixels: samples',
            'test images',
            'features: samples',
            'test images',
          ],
          found.map(
            ({
              label,
              measured: {
                values: { pixels, features },
              },
            }) =>
              [label, pixels.samples, pixels.test, features.samples, features.test].map((x) =>
                typeof x === 'number' ? x.toFixed(2) : x,
              ),
          ),
        ),
        ...found.flatMap(({ label, measured: { files } }) => [
          `${figure(results, files[0], `${label}: nearest by pixels`)}\n\n${label}: a sample in each row, then the nearest training images by pixels.`,
          `${figure(results, files[1], `${label}: nearest by features`)}\n\n${label}: the same by features.`,
        ]),
      ],
      differs: [...differs, 'The nearest of 10 000 training images that were chosen at random, not of all 60 000.'],
    };
  },
};
