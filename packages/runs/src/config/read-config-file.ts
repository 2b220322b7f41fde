import { readFile, stat } from 'node:fs/promises';
import { UsageError } from '../errors.ts';
import { isJsonObject, type Json, type JsonObject } from './merge.ts';

const MAX_BYTES = 1 << 20; // a real one has a few thousand
const MAX_DEPTH = 16;

/**
 * Reads a JSON file with settings.
 *
 * @throws UsageError naming the file when it cannot be read, is no JSON, too large or too deep.
 * @example
 * ```ts
 * import { writeFile } from 'node:fs/promises';
 *
 * await writeFile('settings.json', '{ "preset": "gaussians25-ddgan" }');
 * const { preset } = await readConfigFile('settings.json');
 * ```
 */
export async function readConfigFile(file: string): Promise<JsonObject> {
  const refusal = (why: string, cause?: unknown) => new UsageError(`${file} ${why}`, { cause });
  let text: string;
  try {
    const { size } = await stat(file);
    if (size > MAX_BYTES) throw refusal(`has ${size} bytes; settings have at most ${MAX_BYTES}`);
    text = await readFile(file, 'utf8');
  } catch (cause) {
    if (cause instanceof UsageError) throw cause;
    throw refusal(`cannot be read: ${(cause as Error).message}`, cause);
  }
  const json = parse(text, (cause) => refusal(`is not JSON: ${cause.message}`, cause));
  if (!isJsonObject(json)) throw refusal('holds no object; settings are { "preset": …, "training": { … }, … }');
  if (!isShallow(json, MAX_DEPTH))
    throw refusal(`has objects or lists in more than ${MAX_DEPTH} others; settings have not`);
  return json;
}

function parse(text: string, refusal: (cause: Error) => UsageError): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (cause) {
    throw refusal(cause as Error);
  }
}

function isShallow(value: Json, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return depth > 0 && Object.values(value).every((part) => isShallow(part, depth - 1));
}
