import { FileFormatError, readBytes } from '@diffgan/files';
import { networkPreset, networkPresetNames } from '@diffgan/runs';
import { UsageError } from '@diffgan/runs/errors';
import { type ModelConfig, unetConfigFromDiffusers } from '@diffgan/unet';

const maxConfigBytes = 1 << 20;

/** A network's configuration and where it comes from. */
export interface ImportConfig {
  config: ModelConfig;
  from: string;
}

/** The configuration from `--config` or `--preset`, or from the file beside the weights. */
export async function readImportConfig(options: {
  config?: string;
  preset?: string;
  found?: string;
}): Promise<ImportConfig> {
  const { config, preset, found } = options;
  if (config !== undefined && preset !== undefined)
    throw new UsageError('import: --config and --preset both describe the network; give one of them');
  if (preset !== undefined) return { config: presetConfig(preset), from: `preset ${preset}` };
  const file = config ?? found;
  if (file === undefined)
    throw new UsageError(
      'import: there is no config.json beside the weights; describe the network with --config file.json or ' +
        `--preset ${networkPresetNames[0]}`,
    );
  return { config: await parseConfig(file), from: file };
}

function presetConfig(name: string): ModelConfig {
  const config = networkPreset(name);
  if (config === undefined)
    throw new UsageError(`import: --preset is ${name}; it must be one of ${networkPresetNames.join(', ')}`);
  return config;
}

/** A configuration of this library has a `kind`, that of diffusers has not. */
async function parseConfig(file: string): Promise<ModelConfig> {
  const text = new TextDecoder().decode(await readBytes(file, { maxBytes: maxConfigBytes }));
  try {
    const json = JSON.parse(text) as object | null;
    return json !== null && 'kind' in json ? (json as ModelConfig) : unetConfigFromDiffusers(json);
  } catch (cause) {
    throw new FileFormatError(
      `import: ${file} does not describe a network that this program has: ${(cause as Error).message}`,
      { cause },
    );
  }
}
