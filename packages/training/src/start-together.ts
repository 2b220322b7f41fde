import * as tf from '@tensorflow/tfjs-core';
import type { ProcessGroup } from '@diffgan/runtime';
import { canonical } from './run-settings.ts';
import { type RunParts, type RunState, versionsNow } from './run-state.ts';
import type { Team } from './team.ts';
import type { NetworkVectors } from './trained-network.ts';
import { contentOf, identityOf } from './training-data.ts';

/**
 * Makes sure that the processes of a team are about to do the same, and gives all of them the state of rank 0, which alone has read it from a
 * file.
 *
 * @throws CollectivesError where settings, data or versions differ, or somebody is gone.
 */
export async function startTogether({ group }: Team, parts: RunParts, run: RunState): Promise<void> {
  if (!group) return;
  const data = contentOf(await identityOf(parts.data));
  for (const [what, value] of Object.entries({ settings: parts.settings, data, versions: versionsNow() }))
    await group.agree(what, canonical(value));
  const head = await group.broadcast(headOf(run));
  const [saved, seconds] = new Float64Array(head.buffer, head.byteOffset, 2);
  run.saved = saved;
  run.progress.seconds = seconds;
  await sendVectors(group, parts);
  await sendHost(group, parts);
}

const headOf = ({ saved, progress }: RunState) => new Int32Array(Float64Array.of(saved, progress.seconds).buffer);

async function sendVectors(group: ProcessGroup, { state }: RunParts): Promise<void> {
  const vectors = await state.read();
  const received: Record<string, NetworkVectors> = {};
  try {
    for (const [network, own] of Object.entries(vectors)) {
      const copies: Record<string, tf.Tensor1D> = {};
      received[network] = copies as NetworkVectors;
      for (const [kind, vector] of Object.entries(own))
        copies[kind] = tf.tensor1d(await group.broadcast((await vector.data()) as Float32Array));
    }
    await state.write(received);
  } finally {
    tf.dispose([vectors, received]);
  }
}

async function sendHost(group: ProcessGroup, { host }: RunParts): Promise<void> {
  if (!host) return;
  const vectors = host.save();
  for (const [name, values] of Object.entries(vectors)) vectors[name] = await group.broadcast(values);
  host.restore(vectors);
}
