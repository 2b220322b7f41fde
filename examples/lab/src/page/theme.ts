/** Colours that canvases draw in, as the style sheet has them for light and dark. */
export function themeColours() {
  const style = getComputedStyle(document.documentElement);
  const of = (name: string) => style.getPropertyValue(`--${name}`).trim();
  return {
    text: of('text'),
    faint: of('faint'),
    paper: of('paper'),
    data: of('data'),
    samples: of('samples'),
    way: of('way'),
  };
}

/** Calls back when light and dark change. */
export function onTheme(changed: () => void): void {
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', changed);
}

/** Whether the visitor wants nothing to move by itself. */
export const movesLittle = (): boolean => matchMedia('(prefers-reduced-motion: reduce)').matches;
