import { createHash } from 'node:crypto';
import { isJsonObject, type Json, type JsonObject } from '@diffgan/runs';

/** What a config says besides what is trained: where it began, what is written down on the way, how it is drawn by default. */
const besides = ['$schema', 'command', 'version', 'preset', 'backend', 'records', 'sampling'];

/** A hash of all that the weights of a training depend on, the machine apart: equal for equal trainings of other versions. */
export const trainingIdentity = (config: JsonObject): string =>
  hashOf(Object.fromEntries(Object.entries(config).filter(([key]) => !besides.includes(key))));

/** A short hash of JSON in which the order of keys does not count. */
export const hashOf = (value: Json): string =>
  createHash('sha256')
    .update(JSON.stringify(sorted(value)))
    .digest('hex')
    .slice(0, 12);

function sorted(value: Json): Json {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, sorted(value[key])]),
  );
}
