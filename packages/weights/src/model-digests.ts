import type { ModelName } from './model-names.ts';

/** SHA-256 of the files that drawing from a model takes; made by `npm run digest:weights`. */
export const modelDigests: Readonly<Record<ModelName, Readonly<Record<string, string>>>> = {
  'fashion-mnist-ddgan': {
    'config.json': 'ff56143db6ce0ff871e5c3b32a16ef3954915ec88331cf8a6ca806025d92e0d0',
    'generator/config.json': 'cb7d9c384377c914e02fdd4954a03ea5fb97359482636b65584b077b4af1350e',
    'generator/model.safetensors': 'd2ea8a741bafb33240e52f508a47bcfd69ea961afe73d9271f97ff1835561515',
    'generator/model.float16.safetensors': 'ce570413ef40ca08a276b11dfe14a2c893bb779990ee7ad6298072547cee65be',
  },
};
