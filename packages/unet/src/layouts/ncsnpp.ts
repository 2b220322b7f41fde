import { criticDesigns } from '../config/critic-designs.ts';
import type { ResidualDiscriminatorConfig } from '../config/ddgan-discriminator-config.ts';
import type { NcsnppGeneratorConfig } from '../config/ddgan-generator-config.ts';
import { imageShape } from '../config/image-config.ts';
import type { ModelConfig } from '../config/model-config.ts';
import { type Layout, type WeightMapping, wrapperPrefixes } from './layout.ts';
import { convolution as conv, dense as linear, norm } from './torch-mappings.ts';

/** Not in the release, which has no classes. */
const label = ({ classes }: { classes?: number }): WeightMapping[] =>
  classes === undefined ? [] : [{ weight: 'time.label.kernel', key: 'class_embedding.weight' }];

/** A residual block; `reshapes` where its shortcut is a convolution. */
const block = (weight: string, key: string, reshapes: boolean): WeightMapping[] => [
  ...linear(`${weight}.norm1`, `${key}.GroupNorm_0.style`),
  ...conv(`${weight}.conv1`, `${key}.Conv_0`),
  ...linear(`${weight}.time`, `${key}.Dense_0`),
  ...linear(`${weight}.norm2`, `${key}.GroupNorm_1.style`),
  ...conv(`${weight}.conv2`, `${key}.Conv_1`),
  ...(reshapes ? conv(`${weight}.shortcut`, `${key}.Conv_2`) : []),
];

/** Input × output, unlike all other weights. */
const attention = (weight: string, key: string): WeightMapping[] => [
  ...norm(`${weight}.norm`, `${key}.GroupNorm_0`),
  ...['query', 'key', 'value', 'output'].flatMap((name, i) => [
    { weight: `${weight}.attention.${name}.kernel`, key: `${key}.NIN_${i}.W` },
    { weight: `${weight}.attention.${name}.bias`, key: `${key}.NIN_${i}.b` },
  ]),
];

/** The names of a list of modules in the order in which the release makes them. */
class Modules {
  readonly mappings: WeightMapping[] = [];
  #count = 0;

  add(place: (key: string) => WeightMapping[]): void {
    this.mappings.push(...place(`all_modules.${this.#count++}`));
  }
}

function generatorMappings(config: NcsnppGeneratorConfig): WeightMapping[] {
  const { baseChannels, channelMultipliers, blocksPerLevel, attentionResolutions, latentLayers } = config;
  const modules = new Modules();
  const [height] = imageShape(config);
  const last = channelMultipliers.length - 1;
  const widthOf = (level: number) => channelMultipliers[level] * baseChannels;
  const attend = (name: string, level: number) => {
    if (attentionResolutions.includes(height / 2 ** level)) modules.add((key) => attention(name, key));
  };

  modules.add((key) => linear('time.0', key));
  modules.add((key) => linear('time.1', key));
  modules.add((key) => conv('stem', key));
  let width = baseChannels;
  for (let level = 0; level <= last; level++) {
    for (let i = 0; i < blocksPerLevel; i++) {
      const reshapes = width !== widthOf(level);
      modules.add((key) => block(`down.${level}.${i}`, key, reshapes));
      attend(`down.${level}.${i}`, level);
      width = widthOf(level);
    }
    if (level === last) break;
    modules.add((key) => block(`down.${level}.half`, key, true));
    modules.add((key) => conv(`down.${level}.pyramid`, `${key}.Conv2d_0`));
  }
  modules.add((key) => block('middle.0', key, false));
  modules.add((key) => attention('middle', key));
  modules.add((key) => block('middle.1', key, false));
  for (let level = last; level >= 0; level--) {
    for (let i = 0; i <= blocksPerLevel; i++) modules.add((key) => block(`up.${level}.${i}`, key, true));
    attend(`up.${level}`, level);
    if (level > 0) modules.add((key) => block(`up.${level}.double`, key, true));
  }
  modules.add((key) => norm('out.norm', key));
  modules.add((key) => conv('out.conv', key));
  // between two dense layers lies an activation, and before the first one the pixel norm
  const latent = Array.from({ length: latentLayers }, (_, i) => linear(`latent.${i}`, `z_transform.${2 * i + 1}`));
  return [...modules.mappings, ...latent.flat(), ...label(config)];
}

function criticMappings(config: ResidualDiscriminatorConfig): WeightMapping[] {
  const blocks = criticDesigns[config.style].widths.map((_, i): WeightMapping[] => {
    const [own, foreign] = [`block.${i}`, `conv${i + 1}`];
    const [shortcut] = conv(`${own}.shortcut`, `${foreign}.skip.0`);
    return [
      ...conv(`${own}.conv1`, `${foreign}.conv1.0`),
      ...linear(`${own}.time`, `${foreign}.dense_t1`),
      ...conv(`${own}.conv2`, `${foreign}.conv2.0`),
      shortcut,
    ];
  });
  return [
    ...linear('time.0', 't_embed.main.0'),
    ...linear('time.1', 't_embed.main.2'),
    ...label(config),
    ...conv('stem', 'start_conv'),
    ...blocks.flat(),
    ...conv('head.conv', 'final_conv'),
    ...linear('head.linear', 'end_linear'),
  ];
}

function mappings(config: ModelConfig): WeightMapping[] {
  if (config.kind === 'ddgan-generator' && config.style === 'ncsnpp') return generatorMappings(config);
  if (config.kind === 'ddgan-discriminator' && (config.style === 'small' || config.style === 'large'))
    return criticMappings(config);
  const style = 'style' in config ? ` of style '${config.style}'` : '';
  throw new RangeError(
    `ncsnpp layout: there is no place for a ${config.kind}${style}; it holds generators of style 'ncsnpp' and critics of style 'small' and 'large'`,
  );
}

/** The networks of the DDGAN release (Xiao et al. 2022), whose modules are numbered in the order in which they are made. */
export const ncsnpp: Layout = { name: 'ncsnpp', mappings, prefixes: wrapperPrefixes };
