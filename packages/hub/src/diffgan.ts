// All that a page needs to draw, bundled into the one file dist/diffgan.js, which is its own worker, too.
import { servePipelines } from './worker/serve-pipelines.ts';
import { inPipelineWorker } from './worker/start-worker.ts';

export { drawOnCanvas, loadPipeline, modelNames, offerFile, toImageData } from './index.ts';
export { loadPipeline as loadPipelineInWorker } from './worker/load-pipeline.ts';
export { key, run } from '@diffgan/ops';
export { selectBackend } from '@diffgan/runtime';

if (inPipelineWorker()) servePipelines();
