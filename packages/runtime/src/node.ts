export { cacheDir } from './node/cache-dir.ts';
export { type DebianOptions, installDebianPackages } from './node/debian-packages.ts';
export { InstallError } from './node/install-error.ts';
export { type InstallProgress, type InstallStep } from './node/install-progress.ts';
export { type InstallOptions, type InstallResult, installTensorflow } from './node/install-tensorflow.ts';
