import { BackendError } from '../backend-error.ts';
import type { BackendName } from '../backend-names.ts';
import { isMissingPackage, reason } from '../platform.ts';

/** The version of the backends that kernels and threads are made for. */
export const supportedVersion = '4.22.0';

/**
 * Imports the package of a backend; the error says how to get it.
 *
 * @param load has the import itself, whose literal name bundlers look for.
 * @param orElse what serves instead of the package.
 */
export async function importBackendPackage<Package>(
  backend: BackendName,
  load: () => Promise<Package>,
  orElse = '',
): Promise<Package> {
  const name = `@tensorflow/tfjs-backend-${backend}`;
  return load().catch((error: unknown) => {
    const why = isMissingPackage(error, name) ? `the package ${name} is not installed` : reason(error);
    throw new BackendError(backend, why, `Run \`npm install ${name}@${supportedVersion}\`${orElse}`, { cause: error });
  });
}
