import { currentAddon } from './addon.ts';
import { AddonEngine } from './addon-engine.ts';
import { bindingEngine } from './binding-engine.ts';
import type { EngineName, GraphEngine } from './graph-engine.ts';
import { nativeBackend } from './native-backend.ts';

let addonEngine: AddonEngine | undefined;

/** The engine of that name, or the best one; undefined where functions can only run eagerly. */
export function findEngine(name?: EngineName): GraphEngine | undefined {
  if (!nativeBackend()) return undefined;
  const addon = currentAddon();
  if (addon) addonEngine ??= new AddonEngine(addon);
  if (name === 'addon') return addonEngine;
  return name === 'binding' ? bindingEngine : (addonEngine ?? bindingEngine);
}
