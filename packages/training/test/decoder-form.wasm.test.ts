import { expect, test } from 'vitest';
import { playDdpm } from './play.ts';

test.each([
  ['vlb', 'fixedSmall', {}],
  ['hybrid', 'learnedRange', { outputs: 4 }],
] as const)('the form of the decoder reaches the objective %s', async (objective, variance, shape) => {
  const lossesOf = async (decoderForm?: 'stable' | 'parity') => {
    const { error, steps } = await playDdpm(shape)({ objective, variance, batch: 64, steps: 2, decoderForm });
    if (error) throw error as Error;
    return steps.map(({ losses }) => losses.denoiser);
  };
  const [usual, stable, parity] = [await lossesOf(), await lossesOf('stable'), await lossesOf('parity')];
  expect(stable).toEqual(usual);
  expect(parity).not.toEqual(stable);
  await expect(lossesOf('odd' as 'parity')).rejects.toThrow(/trainDdpm: decoderForm is 'odd'/);
});
