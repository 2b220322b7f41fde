/** Commands are run from their source in the repository alone, whose scripts then stand for the installed program. */
const inRepository = import.meta.url.endsWith('.ts');

/**
 * A command as it is written where this one runs: what is printed for copying must exist there.
 *
 * @param command such as `sample --from runs/mine`
 */
export const howToRun = (command: string): string =>
  inRepository ? `npm run diffgan -- ${command}` : `npx diffgan ${command}`;
