import type { JsonObject } from '../config/merge.ts';
import type { RecordsConfig } from '../run/records-config.ts';
import type { RunConfig } from '../tasks/tasks.ts';

/** What a preset leaves to the command line and to the machine. */
type Given = 'command' | 'version' | 'preset' | 'seed' | 'backend' | 'records';

type Part<Run> = Run extends unknown ? Omit<Run, Given> & { records?: Partial<RecordsConfig> } : never;

/** The settings of a run as a preset gives them. */
export type PresetConfig = Part<RunConfig>;

/** A run by name. */
export interface RunPreset {
  /** What it trains. */
  about: string;
  /** How long that takes, and where. */
  duration: string;
  /** Its settings; as a function of what the user gives, where the networks depend on the data or on a teacher. */
  config: PresetConfig | ((given: JsonObject) => PresetConfig | Promise<PresetConfig>);
}
