import { existsSync, readFileSync } from 'node:fs';
import type { Plugin } from 'vite';
import { lanes } from './src/pictures/lanes.ts';

/** Puts what drawing with the models of the lanes takes beside the build, so that the page asks no other server. */
export function shippedModels(): Plugin {
  const home = new URL('../../packages/weights/models/', import.meta.url);
  return {
    name: 'shipped-models',
    apply: 'build',
    generateBundle() {
      for (const model of new Set(Object.values(lanes).map((lane) => lane.model))) {
        const network = existsSync(new URL(`${model}/generator/`, home)) ? 'generator' : 'denoiser';
        for (const file of ['README.md', 'config.json', `${network}/config.json`, `${network}/model.safetensors`]) {
          const path = `${model}/${file}`;
          this.emitFile({ type: 'asset', fileName: `models/${path}`, source: readFileSync(new URL(path, home)) });
        }
      }
    },
  };
}
