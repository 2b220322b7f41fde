import { nearestName } from '@diffgan/config';

/** A backend that `selectBackend` knows. */
export type BackendName = 'tensorflow' | 'webgpu' | 'wasm' | 'cpu';

/** Every backend, in the order in which `selectBackend` tries them. */
export const backendNames: readonly BackendName[] = Object.freeze(['tensorflow', 'webgpu', 'wasm', 'cpu'] as const);

/** Checks a name that came from outside; throws a RangeError that lists the names and the nearest one. */
export function parseBackendName(name: string): BackendName {
  const known = backendNames.find((candidate) => candidate === name);
  if (known !== undefined) return known;
  const near = nearestName(name, backendNames);
  throw new RangeError(
    `selectBackend: preference is "${name}", must be one of ${backendNames.join(', ')}.` +
      (near === undefined ? ' Leave it out for the best one.' : ` Did you mean "${near}"?`),
  );
}
