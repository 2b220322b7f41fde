import type { LayersModel } from '@tensorflow/tfjs-layers';
import { modelConfig } from '@diffgan/unet';
import { ConditionedNetwork } from './conditions.ts';
import type { Players } from './ddgan-game.ts';
import { DEFAULT_BATCH, type TrainOptions } from './train-options.ts';
import { exampleShape } from './training-data.ts';

/** The two networks of a denoising diffusion GAN, made by `ddganGenerator` and `ddganDiscriminator`. Trained in place. */
export interface DdganNetworks {
  /** x̂0 from `[xt, z, position]`, and perhaps labels. */
  generator: LayersModel;
  /** Logit from `[xPrev, xt, position]`, and perhaps labels. */
  critic: LayersModel;
}

/**
 * The networks as players of the game.
 *
 * @throws TypeError or RangeError when they do not fit the data, each other's place or the batch.
 */
export function ddganPlayers({ generator, critic }: DdganNetworks, options: TrainOptions): Players {
  const { data, batch = DEFAULT_BATCH, accumulate = 1 } = options;
  const shape = exampleShape(data);
  const caller = 'trainDdgan';
  const players = {
    generator: new ConditionedNetwork(
      generator,
      {
        caller,
        role: 'generator',
        inputs: [shape, [null], []],
        output: shape,
        maker: 'ddganGenerator or mlpGenerator',
      },
      data,
    ),
    critic: new ConditionedNetwork(
      critic,
      { caller, role: 'critic', inputs: [shape, shape, []], output: [], maker: 'ddganDiscriminator or mlpCritic' },
      data,
    ),
  };
  const group = stddevGroupOf(critic);
  const share = batch / accumulate;
  if (share % Math.min(share, group) !== 0)
    throw new RangeError(
      `trainDdgan: batch is ${batch}${accumulate > 1 ? ` in ${accumulate} shares` : ''}; the critic compares groups of ` +
        `${group} (stddevGroup), so use a multiple of it`,
    );
  return players;
}

/**
 * Examples that the critic compares with each other in a pass: as many as there are blocks in the batch, since a group takes one of each.
 */
export const criticGroup = (
  critic: LayersModel,
  { batch = DEFAULT_BATCH, accumulate = 1 }: Pick<TrainOptions, 'batch' | 'accumulate'>,
): number => Math.min(batch / accumulate, stddevGroupOf(critic));

/** Examples that the critic compares with each other; 1 where it does not say. */
function stddevGroupOf(critic: LayersModel): number {
  try {
    return (modelConfig(critic) as { stddevGroup?: number }).stddevGroup ?? 1;
  } catch {
    return 1;
  }
}
