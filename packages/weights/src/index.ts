/**
 * The trained models that the project ships.
 *
 * @module @diffgan/weights
 */
export { modelFolder } from './model-folder.ts';
export { type ModelName, modelNames } from './model-names.ts';
