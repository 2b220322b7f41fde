import { expect, test } from 'vitest';
import { key } from '@diffgan/ops';
import { createModel, type ModelConfig } from '@diffgan/unet';
import * as configs from './configs.ts';
import { readWeights } from './weights.ts';

// The values are drawn on the host, so every backend must hold these bits.
const cases: [name: string, config: ModelConfig, weight: string, golden: number[]][] = [
  [
    configs.denoiser.kind,
    configs.denoiser,
    'stem.kernel',
    [-0.35982170701026917, -0.3498916029930115, 0.05946550890803337],
  ],
  [
    'variations',
    configs.variations,
    'time.label.kernel',
    [0.37259581685066223, 0.3817090094089508, -0.14716129004955292],
  ],
  [
    'resampling without blocks',
    { ...configs.denoiser, downPadding: 'around' },
    'down.0.half.kernel',
    [-0.13903415203094482, -0.2520817816257477, 0.13774476945400238],
  ],
  [
    configs.generator.kind,
    configs.generator,
    'latent.1.kernel',
    [-0.03865814208984375, -0.6631365418434143, -0.4868672490119934],
  ],
  [
    configs.critic.kind,
    configs.critic,
    'head.linear.kernel',
    [-0.39324796199798584, -0.7129949927330017, 0.38960105180740356],
  ],
  [
    'ncsnpp',
    { ...configs.ncsnpp, classes: 3 },
    'middle.attention.value.kernel',
    [0.025064900517463684, 0.19058619439601898, -0.04103721305727959],
  ],
  [
    'small critic',
    configs.smallCritic,
    'block.2.shortcut.kernel',
    [-0.2176586389541626, 0.4140310287475586, 0.11102604866027832],
  ],
  [
    'large critic',
    configs.largeCritic,
    'head.conv.kernel',
    [0.005018130876123905, -0.06890705227851868, 0.15803369879722595],
  ],
  [
    configs.vdm.kind,
    configs.vdm,
    'down.0.conv1.kernel',
    [-0.14139503240585327, 0.09349104017019272, -0.16419604420661926],
  ],
  [
    configs.classifier.kind,
    configs.classifier,
    'down.1.0.attention.key.kernel',
    [0.23252303898334503, -0.07123223692178726, 0.06853751093149185],
  ],
  [
    configs.mlpDenoiser.kind,
    configs.mlpDenoiser,
    'hidden.1.kernel',
    [-0.5146148204803467, -0.5004128217697144, 0.08504720032215118],
  ],
  [
    configs.mlpGenerator.kind,
    configs.mlpGenerator,
    'out.kernel',
    [0.5269300937652588, 0.5398180484771729, -0.20811748504638672],
  ],
  [
    configs.mlpCritic.kind,
    configs.mlpCritic,
    'out.kernel',
    [0.5468211770057678, 0.5601956844329834, -0.21597371995449066],
  ],
];

test.each(cases)('equal configuration and key give equal weights: %s', async (_, config, name, golden) => {
  const models = [key(0), key(0), key(1)].map((k) => createModel(config, { key: k }));
  const [first, second, other] = await Promise.all(models.map(readWeights));
  expect(Array.from(first[name].slice(0, 3))).toEqual(golden);
  expect(second).toEqual(first);
  expect(Object.keys(other)).toEqual(Object.keys(first));
  expect(other[name]).not.toEqual(first[name]);
  models.forEach((model) => model.dispose());
});

test('layers of one shape start with different values', async () => {
  const model = createModel({ ...configs.denoiser, channelMultipliers: [1], blocksPerLevel: 2 });
  const weights = await readWeights(model);
  expect(weights['down.0.1.conv1.kernel']).not.toEqual(weights['down.0.0.conv1.kernel']);
  model.dispose();
});
