import '@tensorflow/tfjs-backend-webgpu';
import { setBackend } from '@tensorflow/tfjs-core';
import { loadModel } from '@diffgan/unet';

// A page that loads the model beside it when told to.
Object.assign(globalThis, {
  ready: () => setBackend('webgpu'),
  load: async () => (await loadModel(new URL('model', location.href))).countParams(),
});
