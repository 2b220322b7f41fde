/**
 * The trained models that the project ships.
 *
 * @module @diffgan/weights
 */
export { modelDigests } from './model-digests.ts';
export { modelFolder } from './model-folder.ts';
export { type ImageModelName, type ModelName, modelNames, type PointModelName } from './model-names.ts';
