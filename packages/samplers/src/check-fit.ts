import type { Model } from '@diffgan/ops';
import type { SamplerOptions } from './sampler-options.ts';

/** Throws unless x_T has the shape that a LayersModel declares for it; a plain function declares nothing. */
export function checkFit({ caller, model }: { caller: string; model: Model }, { shape, xT }: SamplerOptions): void {
  const { inputs } = model as { inputs?: readonly { shape: readonly (number | null)[] }[] };
  const drawn = inputs?.[0]?.shape;
  const asked: readonly number[] | undefined = shape ?? xT?.shape;
  if (drawn === undefined || asked === undefined) return;
  const fits = drawn.length === asked.length && drawn.every((size, i) => size === null || size === asked[i]);
  if (!fits)
    throw new RangeError(
      `${caller}: the shape is [${asked.join(', ')}], but the network draws [B, ${drawn.slice(1).join(', ')}]; give that, with the number of samples as B`,
    );
}
