// Writes the JSON Schema of the settings of `diffgan train`, by which editors complete them and `--list-settings` explains them. What is
// allowed comes from the schemas of the program, what is said of each setting from the documentation of the types. `--check` compares.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { networkPresetNames } from '../packages/runs/src/run/network-preset.ts';
import { runSchema } from '../packages/runs/src/run/run-config.ts';
import { describeSchema } from './schema/describe-schema.ts';
import { documentedType } from './schema/documented-type.ts';

const files = ['packages/runs/run.schema.json', 'docs/run.schema.json'];

const { definitions, ...runs } = describeSchema(
  runSchema,
  documentedType('packages/runs/src/tasks/tasks.ts', 'RunConfig'),
  {
    presets: networkPresetNames,
  },
);
const text = JSON.stringify({
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'Settings of diffgan train',
  description: 'Everything a run depends on, or only what differs from its "preset"; null takes a setting away.',
  ...runs,
  definitions,
});
const json = await format(text, { ...(await resolveConfig('package.json')), parser: 'json' });

const stale = files.filter((file) => !existsSync(file) || readFileSync(file, 'utf8') !== json);
if (!process.argv.includes('--check')) {
  for (const file of stale) writeFileSync(file, json);
  console.log(stale.length === 0 ? 'up to date' : `wrote ${stale.join(', ')}`);
} else if (stale.length > 0) {
  console.log(`do not match the source: ${stale.join(', ')}; run \`npm run build:schema\``);
  process.exitCode = 1;
}
