import type { ModelName } from './model-names.ts';

/** SHA-256 of the files that drawing from a model takes; made by `npm run digest:weights`. */
export const modelDigests: Readonly<Record<ModelName, Readonly<Record<string, string>>>> = {
  'fashion-mnist-ddgan': {
    'config.json': '104c83763704834769a9d9ca5daf26b20acc261a2c8166329319f46d4e6b5d83',
    'generator/config.json': '32b43ad106960cdbe33bb175e9f18f80a144cefd171c2ea25551dd1ea299a3b5',
    'generator/model.safetensors': '4a872206946f08bee4d9271226263253202d6948fd02de8f17dc83c39698f686',
    'generator/model.float16.safetensors': 'd5d19439081c0da182216e781ade95af43c6ac1b9fd4392e3dd3cae87c58735a',
  },
  'fashion-mnist-ddpm': {
    'config.json': '83649fc4660e6c1d34aa02d5e44aeb294627c04221b6c80c1c51b8602586e735',
    'denoiser/config.json': 'e5d88ab1fa3c405a91db3cf0d089316c2cbe05419254224466619239fe03191f',
    'denoiser/model.safetensors': 'a0aa48f13f650bdcd14870b8ff3f6a41cf46e8fce0a3f81ef387f3231b48bbf5',
    'denoiser/model.float16.safetensors': 'a0aa48f13f650bdcd14870b8ff3f6a41cf46e8fce0a3f81ef387f3231b48bbf5',
  },
  'fashion-mnist-ddpm-4': {
    'config.json': 'bb8472c167053747212cd8e7a4de36ef0c4c8c198a708e94006b83aed1c466d6',
    'denoiser/config.json': '12c52c5a5593bf04248457ab785ba9fa00484b5aa83f38a5ba435c53d51a5b75',
    'denoiser/model.safetensors': '28cf6abec57aa8b20d63eedac1ef9d9a42e6bc0f54179d3e0eb8887220625b77',
    'denoiser/model.float16.safetensors': '76d89601adafdf12f45f08932c94f5c29ed2ea20228186976634b92bfed4e477',
  },
  'fashion-mnist-distil': {
    'config.json': '600938ee0367e18787b8bd0372d6e4bf5b9fa597f7e4a69b151d7b5c88fdcd0b',
    'generator/config.json': '476f4582447e21200ea315e24ecf67d2f22b300f5005129f2553d24db9bff8c1',
    'generator/model.safetensors': '4b820980fdb063edab244065f2071b0f8b51622f06443da30b6658c43b918c79',
    'generator/model.float16.safetensors': '4b820980fdb063edab244065f2071b0f8b51622f06443da30b6658c43b918c79',
  },
  'gaussians25-ddgan': {
    'config.json': 'd205079d4196de380b777f02bd5504532f3909585dcb5ed35d4f587dbe4f36f9',
    'generator/config.json': '70f1892cc4fee422f36d3a25cac102be9c0c2672b877603ef6dbdbeb91eade92',
    'generator/model.safetensors': '0e201f2d88e1b00a2fea745194c72a7023a7d3c861e7df0b9e5dcc2abc432ec6',
    'generator/model.float16.safetensors': '40e50c68b3d7abca79edf73ba10eb0571edac5dae12a07132b281cd6a80b2c45',
  },
};
