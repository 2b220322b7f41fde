import { isJsonObject, type Json } from '../config/merge.ts';

/** Whether a distillation with these settings of `training` needs a critic. */
export function asksCritic(training: Json | undefined): boolean {
  const { divergence = 'rkl', adversarial = 0 } = isJsonObject(training) ? training : {};
  return divergence !== 'rkl' || adversarial !== 0;
}
