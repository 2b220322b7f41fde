import type { ProcessGroup } from '@diffgan/runtime';
import { isJsonObject, type Json, type JsonObject } from '../config/merge.ts';

/** Sends an object to the other processes of a group, which {@link hear} it. */
export async function tell(processes: ProcessGroup, message: JsonObject): Promise<void> {
  const bytes = new TextEncoder().encode(JSON.stringify(message));
  const words = new Int32Array(Math.ceil(bytes.length / 4));
  new Uint8Array(words.buffer).set(bytes);
  await processes.broadcast(Int32Array.of(bytes.length));
  await processes.broadcast(words);
}

/** Settings take a few thousand bytes; the port is open to whoever reaches it. */
const MOST = 1 << 22;

/** Waits for what rank 0 tells. @throws TypeError when that is no object of a size that settings can have. */
export async function hear(processes: ProcessGroup): Promise<JsonObject> {
  const [length] = await processes.broadcast(new Int32Array(1));
  if (!(length > 0 && length <= MOST))
    throw new TypeError(`rank 0 tells of ${length} bytes, and settings have 1 to ${MOST}; start all processes alike`);
  const words = await processes.broadcast(new Int32Array(Math.ceil(length / 4)));
  const text = new TextDecoder().decode(new Uint8Array(words.buffer, words.byteOffset, length));
  const message = JSON.parse(text) as Json;
  if (!isJsonObject(message))
    throw new TypeError('rank 0 tells something else than an object; start all processes alike');
  return message;
}
