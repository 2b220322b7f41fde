/**
 * Datasets, batches and image grids.
 *
 * @module @diffgan/data
 */
export { batches, type BatchesOptions, type ImageBatch } from './batches.ts';
export { batchesPerEpoch, batchIndices, type BatchIndicesOptions } from './batch-indices.ts';
export { fashionMnist, type FashionMnistOptions } from './fashion-mnist.ts';
export { type IdxArray, readIdx } from './idx.ts';
export { type ImageDataset, imageDataset } from './image-dataset.ts';
export { type ImageArray, imageGrid, type ImageGridOptions } from './image-grid.ts';
export { imageValues, takeImages } from './take-images.ts';
