import { choice, number, slider, toggle } from '../page/field-makers.ts';
import type { Choices, Field } from '../page/fields.ts';
import { classNames } from './classes.ts';
import { type LaneName, laneNames, lanes, titleOf } from './lanes.ts';

const edits = { none: 'Nothing painted', strokes: 'From strokes', fill: 'A part anew' };
const tones = { white: 'White', light: 'Light grey', dark: 'Dark grey', none: 'Nothing' };

const draws = ({ edit }: Choices) => edit === 'none';
const paints = ({ edit }: Choices) => edit !== 'none';

/** Whether each lane draws. */
const laneToggles = Object.fromEntries(
  laneNames.map((name) => {
    const { initial, formula, api } = lanes[name];
    return [name, toggle(titleOf(name), initial, formula, api)];
  }),
) as Readonly<Record<LaneName, ReturnType<typeof toggle>>>;

/** What can be chosen for pictures. */
export const pictureFields = {
  pseed: number(
    'Seed',
    7,
    [0, 4294967295, 1],
    'sample i is of foldIn(key(seed), i), here as of diffgan sample',
    'ops.foldIn',
  ),
  class: choice('Class', classNames, 'p_θ(x_t−1 | x_t, c): any, the classes in turn', 'hub.loadPipeline'),
  count: number('Pictures', 16, [1, 64, 1], 'drawn side by side in one batch', 'hub.loadPipeline'),
  between: slider(
    'To the next seed, λ',
    0,
    [0, 1, 0.02],
    'on the sphere: x_T = cos(λπ/2) x_T(a) + sin(λπ/2) x_T(b); z and the noise alike',
    'samplers.ddganSampler',
    draws,
  ),
  ...laneToggles,
  edit: choice(
    'Painting',
    edits,
    'strokes: x_t ~ q(x_t | x_0) of what is painted; a part: q(x_t | x_0) where nothing is painted',
    'samplers.strokeEdit',
  ),
  tone: choice('Brush', tones, 'x_0 in [−1, 1]', 'hub.toImageData', ({ edit }) => edit === 'strokes'),
  size: number('Width of the brush', 3, [1, 8, 1], 'pixels of 28', 'hub.toImageData', paints),
  share: slider(
    'Noise on the strokes, t/T',
    0.5,
    [0.05, 1, 0.05],
    'x_t = √ᾱ_t x_0 + √(1−ᾱ_t) ε: the more, the less of them is left',
    'samplers.strokeEdit',
    ({ edit }) => edit === 'strokes',
  ),
  resamplings: number(
    'Each step so often',
    5,
    [1, 20, 1],
    'back by x_t ~ q(x_t | x_t−1), so that the new part fits the old',
    'samplers.inpaint',
    ({ edit }) => edit === 'fill',
  ),
  backend: choice(
    'Computed on',
    { wasm: 'Processor: WASM', webgpu: 'GPU: WebGPU' },
    'the same seed gives the same pictures on every backend, to rounding',
    'runtime.selectBackend',
  ),
} as const satisfies Record<string, Field>;
