import type { AdversarialLossName } from '@diffgan/fgan-losses';

/** The loss of a name and its options; a name that ends in `-pairs` compares pairs. */
export function lossOf({ loss }: { readonly loss: string }): { name: AdversarialLossName; relativistic?: true } {
  const [name, pairs] = loss.split('-');
  return { name: name as AdversarialLossName, ...(pairs && { relativistic: true as const }) };
}
