import { readFileSync } from 'node:fs';
import type { Plugin } from 'vite';

const models = {
  'fashion-mnist-ddgan': 'generator',
  'fashion-mnist-ddpm': 'denoiser',
  'fashion-mnist-distil': 'generator',
};

/** Puts what drawing with the shipped models takes beside the build, so that the page asks no other server. */
export function shippedModels(): Plugin {
  const home = new URL('../../packages/weights/models/', import.meta.url);
  return {
    name: 'shipped-models',
    apply: 'build',
    generateBundle() {
      for (const [model, network] of Object.entries(models))
        for (const file of ['README.md', 'config.json', `${network}/config.json`, `${network}/model.safetensors`]) {
          const path = `${model}/${file}`;
          this.emitFile({ type: 'asset', fileName: `models/${path}`, source: readFileSync(new URL(path, home)) });
        }
    },
  };
}
