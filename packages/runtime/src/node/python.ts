import { messageOf } from '../platform.ts';
import { InstallError } from './install-error.ts';
import { CommandError, lastLine, runCommand } from './run-command.ts';

/** A Python that can download or lend TensorFlow. */
export interface Python {
  command: string;
  version: string;
  /** Version of its pip, or undefined when it has none. */
  pip?: string;
  /** Folder of its TensorFlow package, when that holds the C++ library and headers. */
  tensorflow?: PythonTensorflow;
}

/** TensorFlow as it lies in a Python environment. */
export interface PythonTensorflow {
  dir: string;
  version: string;
  cuda: boolean;
}

// TensorFlow itself is not imported: that takes seconds and may fail for reasons that do not matter here.
const inspect = `
import glob, importlib.util as u, importlib.metadata as m, json, os, platform
def version(name):
    try: return m.version(name)
    except Exception: return None
out = {"version": platform.python_version(), "pip": version("pip")}
spec = u.find_spec("tensorflow")
for d in (spec.submodule_search_locations or []) if spec else []:
    parts = ["libtensorflow_cc.so.2", "libtensorflow_framework.so.2", "include"]
    if all(os.path.exists(os.path.join(d, p)) for p in parts):
        info = os.path.join(d, "python", "platform", "build_info.py")
        cuda = os.path.exists(info) and "'is_cuda_build': True" in open(info).read().replace('"', "'")
        names = ["tensorflow", "tensorflow-cpu", "tensorflow_cpu", "tf-nightly"]
        out["tensorflow"] = {"dir": d, "version": next((v for v in map(version, names) if v), "unknown"), "cuda": cuda}
print(json.dumps(out))
`;

/**
 * Looks at one Python (`python3` unless named); throws InstallError when it is missing or broken. It runs isolated (`-I`): what lies in
 * the working folder, such as a `json.py`, is none of its modules.
 */
export async function inspectPython(command = 'python3', signal?: AbortSignal): Promise<Python> {
  try {
    const found = JSON.parse(lastLine(await runCommand(command, ['-I', '-c', inspect], { signal }))) as Omit<
      Python,
      'command'
    >;
    return { ...found, command, pip: found.pip ?? undefined };
  } catch (cause) {
    signal?.throwIfAborted();
    const missing = cause instanceof CommandError && cause.missing;
    throw new InstallError(
      'find python',
      missing ? `${command} is not installed` : `${command} does not run (${messageOf(cause)})`,
      'Install Python 3.10 to 3.13 with pip (Debian, Ubuntu: `apt-get install python3 python3-pip`), or name another one.',
      { cause },
    );
  }
}
