import { openSafetensors } from '@diffgan/files';
import { UsageError } from '@diffgan/runs/errors';
import type { LayoutName } from '@diffgan/unet';

/** A tensor that every file of a layout has, whatever the network; prefixes may come before it. */
const marks: readonly [LayoutName, RegExp][] = [
  ['diffusers', /^(module\.)*conv_in\.weight$/],
  ['openai', /^(module\.)*input_blocks\.0\.0\.weight$/],
  ['ncsnpp', /^(module\.)*(all_modules\.0\.|start_conv\.)/],
  ['native', /\.kernel$/],
];

/** The layout of a weight file, as the names of its tensors tell. */
export async function detectLayout(file: string, layouts: readonly LayoutName[]): Promise<LayoutName> {
  const reader = await openSafetensors(file);
  const names = Object.keys(reader.entries);
  await reader.close();
  const layout = marks.find(([, mark]) => names.some((name) => mark.test(name)))?.[0];
  if (layout !== undefined) return layout;
  throw new UsageError(
    `import: ${file} holds ${names.slice(0, 3).join(', ')}${names.length > 3 ? ', …' : ''}, names of no layout that is known; ` +
      `say which it is with --layout ${layouts.join('|')}`,
  );
}
