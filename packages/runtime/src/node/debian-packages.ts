import { InstallError } from './install-error.ts';
import type { OnProgress } from './install-progress.ts';
import { CommandError, runCommand } from './run-command.ts';

/** Options of `installDebianPackages`. */
export interface DebianOptions {
  signal?: AbortSignal;
  /** Receives where the installation is. */
  onProgress?: OnProgress;
}

/**
 * Installs Debian packages that are not there yet, with apt-get, as root or through sudo without a password. What is to be installed is
 * said before (`onProgress`), and `DIFFGAN_APT=no` in the environment refuses it.
 *
 * @param names Packages, such as `['chromium']`.
 * @returns The names that were installed now; empty when all were there.
 * @throws InstallError when apt-get is missing, refused, not permitted or fails; it names the command to run by hand.
 * @example
 * ```ts
 * import { installDebianPackages } from '@diffgan/runtime/node';
 * await installDebianPackages(['dataset-fashion-mnist']); // [] when it is installed
 * ```
 */
export async function installDebianPackages(names: readonly string[], options: DebianOptions = {}): Promise<string[]> {
  const { signal, onProgress } = options;
  const missing = await missingDebianPackages(names, signal);
  if (missing.length === 0) return [];
  const message = missing.join(', ');
  if (process.env.DIFFGAN_APT === 'no')
    throw new InstallError('apt-get', `${message} missing, and DIFFGAN_APT=no refuses to install`, byHand(missing), {
      alternative: '',
    });
  const prefix = await rootPrefix(missing, signal);
  const told = `Debian packages: installing ${message} with apt-get as root (DIFFGAN_APT=no refuses)`;
  onProgress?.({ step: 'download', message: told });
  try {
    await aptGet(prefix, ['install', '-y', '--no-install-recommends', ...missing], signal);
  } catch {
    signal?.throwIfAborted();
    // Package lists of a fresh container are empty or old.
    await attempt(missing, async () => {
      await aptGet(prefix, ['update'], signal);
      await aptGet(prefix, ['install', '-y', '--no-install-recommends', ...missing], signal);
    });
  }
  onProgress?.({ step: 'done', message: `Debian packages: ${message}` });
  return missing;
}

/** Those of `names` that dpkg does not list as installed; all of them where there is no dpkg. */
export async function missingDebianPackages(names: readonly string[], signal?: AbortSignal): Promise<string[]> {
  const output = await runCommand('dpkg-query', ['-W', '-f', '${Package} ${db:Status-Status}\n', ...names], {
    signal,
  }).catch((error: unknown) => {
    if (error instanceof CommandError) return error.output; // it fails when one is unknown, and lists the others
    throw error;
  });
  const installed = new Set(
    output.split('\n').flatMap((line) => (line.endsWith(' installed') ? [line.split(' ')[0]] : [])),
  );
  return names.filter((name) => !installed.has(name));
}

const byHand = (names: readonly string[]) => `Install them by hand: \`apt-get install ${names.join(' ')}\` as root.`;

async function rootPrefix(names: readonly string[], signal?: AbortSignal): Promise<string[]> {
  const works = (command: string, ...args: string[]) =>
    runCommand(command, args, { signal }).then(
      () => true,
      () => signal?.throwIfAborted() ?? false,
    );
  if (!(await works('apt-get', '--version')))
    throw new InstallError(
      'apt-get',
      `${names.join(', ')} missing, and this system has no apt-get`,
      'Install them with the package manager of this system.',
      { alternative: '' },
    );
  if (process.getuid?.() === 0) return [];
  if (await works('sudo', '-n', 'true')) return ['sudo', '-n'];
  throw new InstallError('apt-get', `${names.join(', ')} missing, and installing them takes root`, byHand(names), {
    alternative: '',
  });
}

async function aptGet(prefix: readonly string[], args: readonly string[], signal?: AbortSignal): Promise<void> {
  const [command, ...rest] = [...prefix, 'env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', '-q', ...args];
  await runCommand(command, rest, { signal });
}

async function attempt(names: readonly string[], work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (cause) {
    if (!(cause instanceof CommandError)) throw cause;
    throw new InstallError('apt-get', cause.message, byHand(names), { alternative: '', cause });
  }
}
