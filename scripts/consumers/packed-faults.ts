/** What `npm pack --json` tells of a package. */
export interface Packed {
  readonly name: string;
  readonly filename: string;
  readonly files: readonly { readonly path: string }[];
}

/** What a package lacks, or should not bring. */
export function packedFaults({ name, files }: Packed): string[] {
  const paths = files.map(({ path }) => path);
  const lacking = ['LICENSE', 'README.md', 'package.json'].filter((path) => !paths.includes(path));
  const built =
    paths.some((path) => /^dist\/.*\.js$/.test(path)) && paths.some((path) => /^dist\/.*\.d\.ts$/.test(path));
  const tests = paths.filter((path) => /(^|\/)test\//.test(path));
  return [
    ...lacking.map((path) => `${name} is packed without ${path}`),
    ...(built ? [] : [`${name} is packed without what the build makes`]),
    ...tests.map((path) => `${name} is packed with ${path}`),
  ];
}
