import { messageOf, setupCommand } from '../platform.ts';
import { InstallError } from './install-error.ts';
import { lastLine, runCommand } from './run-command.ts';
import { programWithTfjsNode, type TfjsNodePackage } from './tfjs-node-package.ts';

/** What a verified binding told about itself. */
export interface VerifiedBinding {
  /** Version of the TensorFlow library. */
  version: string;
  /** Whether it computes on a GPU. */
  gpu: boolean;
  /** Folder of the TensorFlow library that it loaded. */
  tensorflow: string;
}

// One step of gradient descent through a convolution, by the kernels themselves, as the core alone has no gradients; the loss must fall.
const trainOnce = `
const x = tf.ones([2, 8, 8, 3]), w = tf.fill([3, 3, 3, 4], 0.1);
const error = (w) => tf.sub(tf.conv2d(x, w, 1, 'same'), 1);
const loss = (w) => tf.mean(tf.square(error(w))).dataSync()[0];
const attributes = { strides: [1, 1], pad: 'same', dataFormat: 'NHWC', dimRoundingMode: undefined, filterShape: w.shape };
const dy = tf.mul(error(w), 2 / error(w).size);
const slope = tf.engine().runKernel('Conv2DBackpropFilter', { x, dy }, attributes);
const before = loss(w), after = loss(tf.sub(w, tf.mul(slope, 0.01)));
if (!(after < before)) throw new Error('a training step took the loss from ' + before + ' to ' + after);
const { binding, isUsingGpuDevice } = tf.backend();
const maps = require('node:fs').readFileSync('/proc/self/maps', 'utf8');
const tensorflow = require('node:path').dirname(/\\/.*libtensorflow_cc\\.so\\.2$/m.exec(maps)[0]);
console.log(JSON.stringify({ version: binding.TF_Version, gpu: Boolean(isUsingGpuDevice), tensorflow }));
`;

/** Runs one training step in a fresh Node; throws InstallError when that fails. */
export async function verifyBinding(pkg: TfjsNodePackage, signal?: AbortSignal): Promise<VerifiedBinding> {
  try {
    const output = await runCommand(process.execPath, ['-e', programWithTfjsNode(pkg) + trainOnce], {
      signal,
      env: { TF_CPP_MIN_LOG_LEVEL: '2', NODE_OPTIONS: '' },
    });
    return JSON.parse(lastLine(output)) as VerifiedBinding;
  } catch (cause) {
    signal?.throwIfAborted();
    throw new InstallError('verify', `a training step failed (${messageOf(cause)})`, `Run \`${setupCommand}\` again.`, {
      cause,
    });
  }
}
