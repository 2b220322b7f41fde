import type { Addon } from './addon.ts';
import { nativeBackend } from './native-backend.ts';

const reasons = {
  none: 'this processor has no instructions for it (AVX-512-BF16 or AMX)',
  slow: "this processor takes longer for it than for float32 (Intel's gain with AMX alone)",
};

/** Why graphs of the addon had better not compute in bfloat16 here; undefined where they gain. DIFFGAN_BFLOAT16=1 uses it anyway. */
export function whyNotBfloat16({ bfloat16 }: Addon): string | undefined {
  if (nativeBackend()?.isUsingGpuDevice) return 'compiled graphs have it on the CPU alone, and this is a GPU';
  if (process.env.DIFFGAN_BFLOAT16 === '1') return undefined;
  if (bfloat16 !== 'fast') return reasons[bfloat16];
  if (/^(0|false)$/i.test(process.env.TF_ENABLE_ONEDNN_OPTS ?? ''))
    return 'it takes oneDNN, which TF_ENABLE_ONEDNN_OPTS turns off';
  return undefined;
}
