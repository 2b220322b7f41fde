import type { Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import { imageGrid } from '@diffgan/data';
import { divergence } from '@diffgan/fgan-losses';
import { frechetDistance } from '@diffgan/fid';
import { readSafetensors } from '@diffgan/files';
import { loadPipeline } from '@diffgan/hub';
import { qSample } from '@diffgan/objectives';
import { callModel, key } from '@diffgan/ops';
import { lineChart } from '@diffgan/records';
import { selectBackend } from '@diffgan/runtime';
import { ddganSampler, inpaint, run, type Sampler } from '@diffgan/samplers';
import { vpSchedule } from '@diffgan/schedule';
import { trainDdgan } from '@diffgan/training';
import { ddganGenerator, presets } from '@diffgan/unet';
import { modelNames } from '@diffgan/weights';

await selectBackend('wasm');
const pipeline = await loadPipeline(modelNames[0]);
const grid: Uint8Array = await imageGrid(await pipeline.sample({ count: 16, key: key(7) }), { scale: 4 });

const generator = ddganGenerator(presets['fashion-mnist-tiny'].generator);
const options = { key: key(7), latentDim: 64 };
const images: Tensor4D = await run(ddganSampler(generator, vpSchedule(4), { ...options, shape: [16, 28, 28, 1] }));
const points: Tensor2D = await run(ddganSampler(generator, vpSchedule(4), { ...options, shape: [16, 2] }));
const sampler: Sampler = (...[model, schedule, how]) => ddganSampler(model, schedule, { ...how, latentDim: 64 });
const filled: Tensor4D = await run(inpaint(generator, vpSchedule(4), { x0: images, mask: images, sampler }));

export const names = [callModel, divergence, frechetDistance, lineChart, qSample, readSafetensors, trainDdgan];
export const results = { grid, images, points, filled };
