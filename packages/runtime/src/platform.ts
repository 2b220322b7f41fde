/** Whether this runs in Node; false in browsers and workers even when a bundler supplies a `process`. */
export function isNode(): boolean {
  return (
    typeof process === 'object' && typeof process.versions === 'object' && typeof process.versions.node === 'string'
  );
}

/** How native TensorFlow is set up where this runs: by a script of the repository, where this is its source, or by the installed command. */
export const setupCommand = import.meta.url.endsWith('.ts') ? 'npm run setup' : 'npx diffgan runtime install';

/** The message of what was thrown, whatever it is (tfjs rejects with plain objects, too). */
export const messageOf = (thrown: unknown): string =>
  typeof thrown === 'object' && thrown !== null && 'message' in thrown ? String(thrown.message) : String(thrown);

/** The code of an error of Node, such as `ENOENT`. */
export const codeOf = (thrown: unknown): unknown =>
  thrown instanceof Error && 'code' in thrown ? thrown.code : undefined;

/** First line of the message of what was thrown. */
export function reason(thrown: unknown): string {
  return messageOf(thrown)
    .split('\n')[0]
    .replace(/[.\s]+$/, '');
}

/** Whether an import failed because the package itself, and not one of its parts, is not installed. */
export function isMissingPackage(thrown: unknown, name: string): boolean {
  const code = codeOf(thrown);
  const missing = code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND';
  return (
    (missing || /__vite-optional-peer-dep|Failed to resolve|does not exist/.test(reason(thrown))) &&
    reason(thrown).includes(name)
  );
}

/**
 * Imports a package that only Node can load. The name is not a literal so that browser bundlers, which would try to
 * bundle native code, do not follow it. The caller says what is used of the package.
 */
export async function importNodePackage<Package>(name: string): Promise<Package> {
  const specifier = name;
  return (await import(/* webpackIgnore: true */ /* turbopackIgnore: true */ /* @vite-ignore */ specifier)) as Package;
}
