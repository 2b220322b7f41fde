/** Whether this is Node, where files and environment variables exist. */
export const onNode = typeof process !== 'undefined' && process.versions?.node !== undefined;

/** Path or URL of `<folder>/<name>.gz` or `<folder>/<name>`, whichever exists; of a URL it is known only on fetching. */
export function locate(folder: string, name: string): string | undefined {
  const candidates = [`${folder.replace(/\/+$/, '')}/${name}.gz`, `${folder.replace(/\/+$/, '')}/${name}`];
  if (!onNode || /^https?:/i.test(folder)) return candidates[0];
  const { existsSync } = process.getBuiltinModule('node:fs');
  return candidates.find((path) => existsSync(path));
}
