/**
 * A training run from its settings to its samples and scores: presets, data, networks, folder, training to the end, and drawing, scoring and
 * measuring what it left. For Node.
 *
 * @module @diffgan/runs
 */
export type { BatchNats } from './bits/bits-meter.ts';
export { type Bits, measureBits } from './bits/measure-bits.ts';
export { openBitsMeter } from './bits/open-bits-meter.ts';
export { isJsonObject, type Json, type JsonObject, toJson } from './config/merge.ts';
export { readConfigFile } from './config/read-config-file.ts';
export { formatPresets, runPresets } from './presets/presets.ts';
export type { DataConfig, PointData } from './run/data-config.ts';
export { formatSettings } from './run/format-settings.ts';
export { keysOf } from './run/keys.ts';
export { makeFolder } from './run/make-folder.ts';
export { moveAside } from './run/move-aside.ts';
export { networkPreset, networkPresetNames } from './run/network-preset.ts';
export { asRunConfig } from './run/run-config.ts';
export { readDataConfig } from './run/read-data-config.ts';
export { RunFolder } from './run/run-folder.ts';
export { runVersions } from './run/run-versions.ts';
export { drawToyData, toyMixture } from './run/toy-data.ts';
export { withinRun } from './run/within-run.ts';
export { withSchema } from './run/with-schema.ts';
export { compileNetwork } from './sample/compile-network.ts';
export { JobSampler, samplerOf } from './sample/job-sampler.ts';
export { checkModel, isModel, openPipeline } from './sample/open-pipeline.ts';
export { parseSchedule } from './sample/parse-schedule.ts';
export { batchCount, type SampleBatch, type SampleJob } from './sample/sample-job.ts';
export { samplesPicture } from './sample/samples-picture.ts';
export { timedSamples } from './sample/timed-samples.ts';
export { floorScore, score, scoreNoise } from './scores/fashion-fid.ts';
export {
  type BatchRange,
  checkImages,
  type FloatRange,
  floatRanges,
  type ImageSet,
  namedDataset,
  openImages,
  type Opening,
} from './scores/image-source.ts';
export { inFlags } from './scores/in-flags.ts';
export { neighbourPictures, type NeighbourPictures } from './scores/neighbours-picture.ts';
export {
  checkScored,
  type ExtractorName,
  extractorNames,
  openExtractor,
  type ResizeName,
  resizeNames,
} from './scores/open-extractor.ts';
export { openReference, type Reference } from './scores/reference.ts';
export { sampleMetric } from './scores/sample-metric.ts';
export { installProgress } from './setup/install-progress.ts';
export { prepareBackend } from './setup/prepare-backend.ts';
export type { RunConfig } from './tasks/tasks.ts';
export type { Terminal } from './terminal/terminal.ts';
export { type Following, followTraining } from './train/follow-training.ts';
export { loadData, type RunData } from './train/load-data.ts';
export { pretrainingRun } from './train/pretraining-run.ts';
export { formatNumber } from './train/report-training.ts';
export { type GivenSettings, resolveConfig, withLength } from './train/resolve-config.ts';
export { runTraining, runTrainingWithin, type TrainingOutcome } from './train/run-training.ts';
export { stepsWithin } from './train/steps-within.ts';
export { formatValues } from './train/train-run.ts';
