export { batches, type BatchesOptions, type ImageBatch } from './batches.ts';
export { batchesPerEpoch, batchIndices, type BatchIndicesOptions } from './batch-indices.ts';
export { fashionMnist, type FashionMnistOptions } from './fashion-mnist.ts';
export { readIdx, type IdxArray } from './idx.ts';
export { imageDataset, type ImageDataset } from './image-dataset.ts';
export { imageGrid, type ImageArray, type ImageGridOptions } from './image-grid.ts';
export { takeImages } from './take-images.ts';
