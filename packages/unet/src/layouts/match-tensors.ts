import type { ForeignTensor } from './foreign-tensor.ts';
import type { Layout } from './layout.ts';

/** What the header of a file says about a tensor. */
interface TensorHeader {
  dtype: string;
  shape: readonly number[];
}

/** What is said of a tensor that the model has no place for. */
export const UNKNOWN = 'is unknown to the model';

const floatTypes: readonly string[] = ['F64', 'F32', 'F16', 'BF16'];

/** What {@link matchTensors} finds. */
export interface Match {
  /** The name in the file of each wanted tensor. */
  names: ReadonlyMap<string, string>;
  /** Everything that is missing, unknown, misshapen or of another type, one sentence each. */
  problems: readonly string[];
}

/** Finds the wanted tensors among those of a file, prefixes taken off. */
export function matchTensors(
  wanted: readonly ForeignTensor[],
  found: Readonly<Record<string, TensorHeader>>,
  layout: Pick<Layout, 'prefixes' | 'rename' | 'homeless' | 'ignored'> = {},
): Match {
  const names = new Map<string, string>();
  const problems: string[] = [];
  for (const name of Object.keys(found)) {
    const key = bare(name, layout);
    const twin = names.get(key);
    if (twin !== undefined) problems.push(`${twin} and ${name} are both ${key}`);
    names.set(key, name);
  }
  const homeless = layout.homeless?.((key) => found[names.get(key) ?? '']?.shape);
  if (homeless !== undefined) problems.push(homeless);
  for (const { key, shape } of wanted) {
    const name = names.get(key);
    if (name === undefined) problems.push(`${key} is missing`);
    else if (found[name].shape.join() !== shape.join())
      problems.push(`${key} is [${found[name].shape}], the model has [${shape}]`);
    else if (!floatTypes.includes(found[name].dtype))
      problems.push(`${key} holds ${found[name].dtype}, not floating-point numbers`);
  }
  const known = new Set(wanted.map(({ key }) => key));
  for (const [key, name] of names) if (!known.has(key) && !layout.ignored?.(key)) problems.push(`${name} ${UNKNOWN}`);
  return { names, problems };
}

/** The name of a tensor without what wrappers put before it, in present spelling. */
function bare(name: string, { prefixes = [], rename = (key) => key }: Pick<Layout, 'prefixes' | 'rename'>): string {
  let key = name;
  for (let prefix = prefixOf(key, prefixes); prefix; prefix = prefixOf(key, prefixes)) key = key.slice(prefix.length);
  return rename(key);
}

const prefixOf = (key: string, prefixes: readonly string[]): string | undefined =>
  prefixes.find((prefix) => prefix !== '' && key.startsWith(prefix));
