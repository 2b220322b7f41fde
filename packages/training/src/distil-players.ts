import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { NoiseSchedule } from '@diffgan/schedule';
import { ConditionedNetwork, describeNetwork } from './conditions.ts';
import { criticGroup } from './ddgan-players.ts';
import type { DistilNetworks, DistilOptions, Teacher } from './distil-options.ts';
import { DEFAULT_BATCH } from './train-options.ts';
import { exampleShape } from './training-data.ts';

/** The networks as the trainer calls them; throws where they do not fit. */
export function distilPlayers(models: DistilNetworks, { steps }: NoiseSchedule, options: DistilOptions) {
  const { data, batch = DEFAULT_BATCH, accumulate = 1 } = options;
  const shape = exampleShape(data);
  const share = batch / accumulate;
  if (share % steps !== 0)
    throw new RangeError(
      `distil: batch is ${batch}${accumulate > 1 ? ` in ${accumulate} shares` : ''}; a ${steps}th of it is drawn at each of the student's ` +
        `${steps} steps, so use a multiple of ${steps * accumulate}`,
    );
  const caller = 'distil';
  const of = (
    role: keyof DistilNetworks,
    inputs: (readonly (number | null)[])[],
    output: readonly number[],
    maker: string,
  ) => new ConditionedNetwork(models[role]!, { caller, role, inputs, output, maker }, data);
  return {
    generator: of('generator', [shape, [null], []], shape, 'ddganGenerator or mlpGenerator'),
    fake: of('fake', [shape, []], shape, 'ddpmUnet or mlpDenoiser'),
    critic: models.critic && of('critic', [shape, shape, []], [], 'ddganDiscriminator or mlpCritic'),
  };
}

/** Blocks of a pass: the rows of one step of the student lie together, and a group of the critic takes one row of each of its own. */
export function distilBlocks({ critic }: DistilNetworks, { steps }: NoiseSchedule, options: DistilOptions): number {
  const group = critic ? criticGroup(critic, options) : 1;
  let multiple = steps;
  while (multiple % group !== 0) multiple += steps;
  return multiple;
}

/** The teacher with all defaults. */
export function checkedTeacher(
  { model, schedule, predicts = 'eps' }: Teacher,
  { data }: DistilOptions,
): Required<Teacher> {
  const known = model as Partial<LayersModel>;
  if (known.inputs && known.outputs) {
    const shape = exampleShape(data);
    new ConditionedNetwork(
      model as LayersModel,
      { caller: 'distil', role: 'teacher', inputs: [shape, []], output: shape, maker: 'ddpmUnet or mlpDenoiser' },
      data,
    );
  }
  return { model, schedule, predicts };
}

/** What a run remembers of its teacher, which is no network where it is a plain function. */
export const describedTeacher = ({ model, schedule, predicts }: Required<Teacher>) => ({
  ...{ schedule: [...schedule.beta], predicts },
  ...('inputs' in model && 'outputs' in model && { model: describeNetwork(model as LayersModel) }),
});
