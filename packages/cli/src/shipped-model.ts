import { fileURLToPath } from 'node:url';

/** Folder of the weights the package ships: `generator/`, `critic/`, and how they were made. */
export const shippedModel = fileURLToPath(new URL('../weights/fashion-mnist-ddgan', import.meta.url));
