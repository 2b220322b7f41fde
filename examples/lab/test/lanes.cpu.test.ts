import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { laneNames, lanes } from '../src/pictures/lanes.ts';

/** As far as it is read here. */
interface ModelConfig {
  readonly networks: Readonly<Record<'generator' | 'denoiser', { readonly classes?: number } | undefined>>;
}

it.each(laneNames)('%s: buttons for the class show where its network is told one', (name) => {
  const { model, told } = lanes[name];
  const path = new URL(`../../../packages/weights/models/${model}/config.json`, import.meta.url);
  const { generator, denoiser } = (JSON.parse(readFileSync(path, 'utf8')) as ModelConfig).networks;
  expect((generator ?? denoiser)?.classes ?? 0).toBe(told ? 10 : 0);
});
