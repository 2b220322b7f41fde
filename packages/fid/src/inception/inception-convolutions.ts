/** One convolution without bias, followed by batch normalisation and ReLU. */
export interface ConvolutionSpec {
  /** `[height, width, inputs, outputs]`. */
  readonly kernel: readonly [number, number, number, number];
  readonly stride: 1 | 2;
  readonly pad: 'same' | 'valid';
}

type Specs = Readonly<Record<string, ConvolutionSpec>>;

const same = (inputs: number, outputs: number, height = 1, width = height): ConvolutionSpec => ({
  kernel: [height, width, inputs, outputs],
  stride: 1,
  pad: 'same',
});

const valid = (inputs: number, outputs: number, size: number, stride: 1 | 2 = 1): ConvolutionSpec => ({
  kernel: [size, size, inputs, outputs],
  stride,
  pad: 'valid',
});

const blockA = (inputs: number, pool: number): Specs => ({
  branch1x1: same(inputs, 64),
  branch5x5_1: same(inputs, 48),
  branch5x5_2: same(48, 64, 5),
  branch3x3dbl_1: same(inputs, 64),
  branch3x3dbl_2: same(64, 96, 3),
  branch3x3dbl_3: same(96, 96, 3),
  branch_pool: same(inputs, pool),
});

const blockB: Specs = {
  branch3x3: valid(288, 384, 3, 2),
  branch3x3dbl_1: same(288, 64),
  branch3x3dbl_2: same(64, 96, 3),
  branch3x3dbl_3: valid(96, 96, 3, 2),
};

const blockC = (q: number): Specs => ({
  branch1x1: same(768, 192),
  branch7x7_1: same(768, q),
  branch7x7_2: same(q, q, 1, 7),
  branch7x7_3: same(q, 192, 7, 1),
  branch7x7dbl_1: same(768, q),
  branch7x7dbl_2: same(q, q, 7, 1),
  branch7x7dbl_3: same(q, q, 1, 7),
  branch7x7dbl_4: same(q, q, 7, 1),
  branch7x7dbl_5: same(q, 192, 1, 7),
  branch_pool: same(768, 192),
});

const blockD: Specs = {
  branch3x3_1: same(768, 192),
  branch3x3_2: valid(192, 320, 3, 2),
  branch7x7x3_1: same(768, 192),
  branch7x7x3_2: same(192, 192, 1, 7),
  branch7x7x3_3: same(192, 192, 7, 1),
  branch7x7x3_4: valid(192, 192, 3, 2),
};

const blockE = (inputs: number): Specs => ({
  branch1x1: same(inputs, 320),
  branch3x3_1: same(inputs, 384),
  branch3x3_2a: same(384, 384, 1, 3),
  branch3x3_2b: same(384, 384, 3, 1),
  branch3x3dbl_1: same(inputs, 448),
  branch3x3dbl_2: same(448, 384, 3),
  branch3x3dbl_3a: same(384, 384, 1, 3),
  branch3x3dbl_3b: same(384, 384, 3, 1),
  branch_pool: same(inputs, 192),
});

const within = (block: string, specs: Specs): Specs =>
  Object.fromEntries(Object.entries(specs).map(([name, spec]) => [`${block}.${name}`, spec]));

/** The 94 convolutions of Inception-v3 by the names of torchvision and pytorch-fid. */
export const inceptionConvolutions: Specs = /* @__PURE__ */ (() => ({
  Conv2d_1a_3x3: valid(3, 32, 3, 2),
  Conv2d_2a_3x3: valid(32, 32, 3),
  Conv2d_2b_3x3: same(32, 64, 3),
  Conv2d_3b_1x1: same(64, 80),
  Conv2d_4a_3x3: valid(80, 192, 3),
  ...within('Mixed_5b', blockA(192, 32)),
  ...within('Mixed_5c', blockA(256, 64)),
  ...within('Mixed_5d', blockA(288, 64)),
  ...within('Mixed_6a', blockB),
  ...within('Mixed_6b', blockC(128)),
  ...within('Mixed_6c', blockC(160)),
  ...within('Mixed_6d', blockC(160)),
  ...within('Mixed_6e', blockC(192)),
  ...within('Mixed_7a', blockD),
  ...within('Mixed_7b', blockE(1280)),
  ...within('Mixed_7c', blockE(2048)),
}))();

/** Features before the class scores. */
export const inceptionFeatures = 2048;

/** Classes of the network that FID uses; the ImageNet network of torchvision has 1000. */
export const inceptionClasses = 1008;

/** Shapes of the 472 tensors of a weight file, in PyTorch's order of axes, by name. */
export function inceptionShapes(): Record<string, readonly number[]> {
  const shapes: Record<string, readonly number[]> = {
    'fc.weight': [inceptionClasses, inceptionFeatures],
    'fc.bias': [inceptionClasses],
  };
  for (const [name, { kernel }] of Object.entries(inceptionConvolutions)) {
    const [height, width, inputs, outputs] = kernel;
    shapes[`${name}.conv.weight`] = [outputs, inputs, height, width];
    for (const part of ['weight', 'bias', 'running_mean', 'running_var']) shapes[`${name}.bn.${part}`] = [outputs];
  }
  return shapes;
}
