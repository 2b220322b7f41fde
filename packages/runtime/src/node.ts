/**
 * The native TensorFlow set-up, for Node.
 *
 * @module @diffgan/runtime/node
 */
export { type DebianOptions, installDebianPackages } from './node/debian-packages.ts';
export { doctor, type DoctorReport } from './node/doctor.ts';
export { type FileLock, type LockHolder, type LockOptions, takeFileLock, withFileLock } from './node/file-lock.ts';
export type { Finding } from './node/finding.ts';
export { findChromium } from './node/find-chromium.ts';
export { formatDoctor } from './node/format-doctor.ts';
export { InstallError } from './node/install-error.ts';
export { type InstallProgress, type InstallStep, type OnProgress } from './node/install-progress.ts';
export { type InstallOptions, type InstallResult, installTensorflow } from './node/install-tensorflow.ts';
