import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { readSafetensors } from '@diffgan/files';
import { key, normalArray } from '@diffgan/ops';
import { serve } from './serve.ts';

// As much of onnxruntime's interface as is used; the package is not a dependency of this repository.
interface OrtTensor {
  getData(): Promise<Float32Array>;
}
interface Session {
  run(feeds: Record<string, OrtTensor>): Promise<Record<string, OrtTensor>>;
  release(): Promise<void>;
}
interface Ort {
  env: { wasm: { numThreads?: number }; versions: { node?: string; web?: string } };
  InferenceSession: { create(model: string | Uint8Array, options?: object): Promise<Session> };
  Tensor: new (type: 'float32', data: Float32Array, shape: number[]) => OrtTensor;
}

let ort: Ort;
let options: object;
let session: Session | undefined;
let feeds: Record<string, OrtTensor>;

async function load(folder: string, name: 'onnxruntime-node' | 'onnxruntime-web'): Promise<Ort> {
  const path = createRequire(join(folder, 'index.js')).resolve(name);
  const module = (await import(pathToFileURL(path).href)) as Ort & { default?: Ort };
  return module.default ?? module;
}

/** A session on the model, whose bytes both packages take. */
const open = (model: string): Promise<Session> => ort.InferenceSession.create(readFileSync(model), options);

await serve({
  hello: async ({ threads, column, onnxruntime }) => {
    if (onnxruntime === undefined) throw new Error('not installed; run `npm run bench -- --install-onnxruntime`');
    const web = column.id.startsWith('onnxruntime-web');
    ort = await load(onnxruntime, web ? 'onnxruntime-web' : 'onnxruntime-node');
    if (web) ort.env.wasm.numThreads = threads;
    options = web ? { executionProviders: ['wasm'] } : { intraOpNumThreads: threads };
    const version = ort.env.versions[web ? 'web' : 'node'];
    return { version: `onnxruntime-${web ? 'web' : 'node'} ${version}, ${threads} thread${threads > 1 ? 's' : ''}` };
  },
  check: async ({ inputs, model }) => {
    const { tensors } = readSafetensors(readFileSync(inputs));
    const { xt, position } = tensors;
    const [batch, height, width, channels] = xt.shape;
    const checked = await open(model);
    const { output } = await checked.run({
      // with one channel, NHWC and NCHW are the same bytes
      xt: new ort.Tensor('float32', xt.data as Float32Array, [batch, channels, height, width]),
      position: new ort.Tensor('float32', position.data as Float32Array, [batch]),
    });
    const values = Array.from(await output.getData());
    await checked.release();
    return { output: values };
  },
  prepare: async ({ workload: { batch, network }, model }) => {
    const size = network.imageSize as number;
    session = await open(model as string);
    const values = normalArray(key(0), batch * size * size * network.channels);
    feeds = {
      xt: new ort.Tensor('float32', values, [batch, network.channels, size, size]),
      position: new ort.Tensor(
        'float32',
        Float32Array.from({ length: batch }, (_, i) => i),
        [batch],
      ),
    };
    for (let i = 0; i < 2; i++) await session.run(feeds);
  },
  time: async () => {
    const start = performance.now();
    const { output } = await (session as Session).run(feeds);
    await output.getData();
    return { ms: performance.now() - start };
  },
  release: async () => {
    await session?.release();
    session = undefined;
    return null;
  },
});
