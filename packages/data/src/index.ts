/**
 * Datasets, batches and image grids.
 *
 * @module @diffgan/data
 */
export { asImages } from './as-images.ts';
export { batches, type BatchesOptions, type ImageBatch, type PointBatch } from './batches.ts';
export { batchesPerEpoch, batchIndices, type BatchIndicesOptions } from './batch-indices.ts';
export { cifar10, type Cifar10Options } from './cifar10.ts';
export { datasetFolder, type DatasetName, datasetNames } from './dataset-folder.ts';
export { fashionMnist, type FashionMnistOptions } from './fashion-mnist.ts';
export { type GaussianMixture, gaussianMixture } from './gaussian-mixture.ts';
export { gaussians25, type Gaussians25Options } from './gaussians25.ts';
export { type IdxArray, readIdx } from './idx.ts';
export { type ImageDataset, imageDataset } from './image-dataset.ts';
export { type FolderDataset, imageFolder, type ImageFolderOptions } from './image-folder.ts';
export { gridPixels, type GridPixels, type ImageArray, imageGrid, type ImageGridOptions } from './image-grid.ts';
export { type PointDataset, pointDataset } from './point-dataset.ts';
export type { Background } from './read-image-options.ts';
export { stacked, type StackedDataset, type StackedOptions } from './stacked.ts';
export { swissRoll, type SwissRollOptions } from './swiss-roll.ts';
export { imageValues, takeImages } from './take-images.ts';
export { takePoints } from './take-points.ts';
