import type { ModelName } from './model-names.ts';

/** SHA-256 of the files that drawing from a model takes; made by `npm run digest:weights`. */
export const modelDigests: Readonly<Record<ModelName, Readonly<Record<string, string>>>> = {
  'fashion-mnist-ddgan': {
    'config.json': 'ff56143db6ce0ff871e5c3b32a16ef3954915ec88331cf8a6ca806025d92e0d0',
    'generator/config.json': 'cb7d9c384377c914e02fdd4954a03ea5fb97359482636b65584b077b4af1350e',
    'generator/model.safetensors': 'd2ea8a741bafb33240e52f508a47bcfd69ea961afe73d9271f97ff1835561515',
    'generator/model.float16.safetensors': 'ce570413ef40ca08a276b11dfe14a2c893bb779990ee7ad6298072547cee65be',
  },
  'fashion-mnist-ddpm': {
    'config.json': 'b0b03d49d0388491c4801412d85632db399b52c3f9aaa826afdfa37a9ba95d30',
    'denoiser/config.json': '12c52c5a5593bf04248457ab785ba9fa00484b5aa83f38a5ba435c53d51a5b75',
    'denoiser/model.safetensors': 'ee1e9ea833ed908d0e0fcf0608621e5477464b566c3b596ea5aa2e827d2d731f',
    'denoiser/model.float16.safetensors': '3000af3e7b9d101344b1ff5e6afc8833df8397ba88fec112290755940778bdab',
  },
  'fashion-mnist-distil': {
    'config.json': 'a6c9607f2576d538ef8bc628baa0d38659adc7132a4ef441b949673098f4197e',
    'generator/config.json': 'b60af4b7afaaa929d6a83c00aa13fd14da9354a5b51ab4af78deec424d9af85d',
    'generator/model.safetensors': 'd076a3d38f37e5413a4a9c4fedeceff382e254cb06983ddbac8a28db752d5197',
    'generator/model.float16.safetensors': '611822dea0d90a887a7b43876b8e50bdeb63efb2b25e024746cb9b3a73671016',
  },
  'gaussians25-ddgan': {
    'config.json': 'd205079d4196de380b777f02bd5504532f3909585dcb5ed35d4f587dbe4f36f9',
    'generator/config.json': '70f1892cc4fee422f36d3a25cac102be9c0c2672b877603ef6dbdbeb91eade92',
    'generator/model.safetensors': '0e201f2d88e1b00a2fea745194c72a7023a7d3c861e7df0b9e5dcc2abc432ec6',
    'generator/model.float16.safetensors': '40e50c68b3d7abca79edf73ba10eb0571edac5dae12a07132b281cd6a80b2c45',
  },
};
