/**
 * The native TensorFlow set-up, and collectives over processes, for Node.
 *
 * @module @diffgan/runtime/node
 */
export { Collectives } from './node/collectives/collectives.ts';
export { CollectivesError, type CollectivesProblem } from './node/collectives/collectives-error.ts';
export { joinCollectives, type JoinOptions, type Membership } from './node/collectives/join-collectives.ts';
export { type DebianOptions, installDebianPackages } from './node/debian-packages.ts';
export { doctor, type DoctorReport } from './node/doctor.ts';
export { type FileLock, type LockHolder, type LockOptions, takeFileLock, withFileLock } from './node/file-lock.ts';
export type { Finding } from './node/finding.ts';
export { findChromium } from './node/find-chromium.ts';
export { formatDoctor } from './node/format-doctor.ts';
export { InstallError } from './node/install-error.ts';
export { type InstallProgress, type InstallStep, type OnProgress } from './node/install-progress.ts';
export { type InstallOptions, type InstallResult, installTensorflow } from './node/install-tensorflow.ts';
