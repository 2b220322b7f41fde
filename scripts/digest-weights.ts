// Rounds the networks that @diffgan/weights draws from to half precision, and notes the SHA-256 of what loadPipeline reads, which a test
// compares.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { readSafetensors, type WritableTensor, writeSafetensors } from '@diffgan/files';
import { modelNames } from '@diffgan/weights';

const home = 'packages/weights';
const roles = ['generator', 'denoiser'];
const digests: Record<string, Record<string, string>> = {};

for (const name of modelNames) {
  const folder = `${home}/models/${name}`;
  const found = roles.filter((role) => existsSync(`${folder}/${role}`));
  for (const role of found) writeFileSync(`${folder}/${role}/model.float16.safetensors`, halved(`${folder}/${role}`));
  const files = ['config', 'model', 'model.float16'].flatMap((file) =>
    found.map((role) => `${role}/${file}.${file === 'config' ? 'json' : 'safetensors'}`),
  );
  digests[name] = Object.fromEntries(['config.json', ...files].map((file) => [file, digest(`${folder}/${file}`)]));
}

const text = `import type { ModelName } from './model-names.ts';

/** SHA-256 of the files that drawing from a model takes; made by \`npm run digest:weights\`. */
export const modelDigests: Readonly<Record<ModelName, Readonly<Record<string, string>>>> = ${JSON.stringify(digests)};
`;
const target = `${home}/src/model-digests.ts`;
writeFileSync(target, await format(text, { ...(await resolveConfig(target)), filepath: target }));
console.log(`${target}: ${Object.values(digests).flatMap(Object.keys).length} files`);

function digest(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}

function halved(folder: string): Uint8Array {
  const { tensors, metadata } = readSafetensors(readFileSync(`${folder}/model.safetensors`));
  const half: Record<string, WritableTensor> = {};
  for (const [key, tensor] of Object.entries(tensors)) half[key] = { ...tensor, dtype: 'F16' };
  return writeSafetensors(half, metadata);
}
