// The worker that `loadPipeline` of @diffgan/hub/worker starts; bundled into one file.
import { servePipelines } from './worker/serve-pipelines.ts';

servePipelines();
