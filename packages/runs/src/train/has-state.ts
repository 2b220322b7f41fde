import { folderHas } from '../run/folder-has.ts';
import type { RunFolder } from '../run/run-folder.ts';

/** Whether a run has saved a state that training can go on with. */
export const hasState = (folder: RunFolder): boolean =>
  ['run.safetensors', 'run.previous.safetensors'].some((name) => folderHas(folder.file('checkpoint'), name));
