import { listed, openSafetensors } from '@diffgan/files';
import { UsageError } from '@diffgan/runs/errors';
import { type LayoutName, wrapperPrefixes } from '@diffgan/unet';

/** A tensor that every file of a layout has, whatever the network; what wrappers put before it is taken off. */
const marks: readonly [LayoutName, RegExp][] = [
  ['diffusers', /^conv_in\.weight$/],
  ['openai', /^input_blocks\.0\.0\.weight$/],
  ['ncsnpp', /^(all_modules\.0\.|start_conv\.)/],
  ['native', /\.kernel$/],
];

function bare(name: string): string {
  const prefix = wrapperPrefixes.find((wrapper) => name.startsWith(wrapper));
  return prefix === undefined ? name : bare(name.slice(prefix.length));
}

/** The layout of a weight file, as the names of its tensors tell. */
export async function detectLayout(file: string, layouts: readonly LayoutName[]): Promise<LayoutName> {
  const reader = await openSafetensors(file);
  const names = Object.keys(reader.entries);
  await reader.close();
  const layout = marks.find(([, mark]) => names.some((name) => mark.test(bare(name))))?.[0];
  if (layout !== undefined) return layout;
  throw new UsageError(
    `import: ${file} holds ${listed(names, { most: 3 })}, names of no layout that is known; ` +
      `say which it is with --layout ${layouts.join('|')}`,
  );
}
