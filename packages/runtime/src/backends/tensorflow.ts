import * as tf from '@tensorflow/tfjs-core';
import { cacheDir } from '@diffgan/files';
import { BackendError } from '../backend-error.ts';
import { loadAddon } from '../graph/addon.ts';
import type { NativeBackend } from '../graph/native-backend.ts';
import { registerTensorflowKernels } from '../graph/register-tensorflow-kernels.ts';
import { isNode, reason, setupCommand } from '../platform.ts';
import { bindingOf, tfjsNodeFolder, tfjsNodeVersion } from '../tfjs-node-folder.ts';
import { activate } from './activate.ts';
import type { BackendLoader } from './backend-loader.ts';
import { giveTensorsMethods } from './give-tensors-methods.ts';
import { registerMoments } from './register-moments.ts';
import { registerTfjsNode } from './register-tfjs-node.ts';

const install = `Run \`${setupCommand}\`, or use "wasm"`;

/** Native TensorFlow through tfjs-node, with the graph addon and the op library where these were compiled. */
export const loadTensorflow: BackendLoader = async () => {
  if (!isNode()) throw new BackendError('tensorflow', 'this is not Node', 'Use "webgpu" or "wasm" in browsers');
  checkNodeVersion();
  // TensorFlow prints a start-up log on stderr unless told otherwise before it is loaded.
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '2';
  const folder = tfjsNodeFolder(cacheDir());
  await loadTfjsNode(folder);
  giveTensorsMethods();
  await activate('tensorflow');
  const { binding, isUsingGpuDevice } = tf.backend() as NativeBackend;
  const withoutAddon = loadAddon(folder, binding.TF_Version);
  // The op library computes on the CPU: on a GPU the copies there and back would cost more than it gains.
  if (withoutAddon === undefined && !isUsingGpuDevice) registerTensorflowKernels();
  registerMoments(folder);
  const engine = `TensorFlow ${binding.TF_Version}, tfjs-node ${tfjsNodeVersion}`;
  const note = withoutAddon && `compiled functions are slower without the graph addon: ${withoutAddon}`;
  return {
    version: withoutAddon === undefined ? `${engine}, graph addon` : engine,
    device: isUsingGpuDevice ? 'GPU' : 'CPU',
    ...(note !== undefined && { note }),
  };
};

function checkNodeVersion(): void {
  // tfjs-node 4.22 calls util.isNullOrUndefined, which Node 23 removed.
  if (Number(process.versions.node.split('.')[0]) > 22)
    throw new BackendError(
      'tensorflow',
      `@tensorflow/tfjs-node 4.22 runs on Node 20 and 22, this is Node ${process.versions.node}`,
      'Use one of those, or "wasm"',
    );
}

async function loadTfjsNode(folder: string): Promise<void> {
  if (!process.getBuiltinModule('node:fs').existsSync(bindingOf(folder)))
    throw new BackendError('tensorflow', 'native TensorFlow is not set up', install);
  try {
    await registerTfjsNode(folder);
  } catch (error) {
    throw new BackendError('tensorflow', `the binding of tfjs-node does not load (${reason(error)})`, install, {
      cause: error,
    });
  }
}
