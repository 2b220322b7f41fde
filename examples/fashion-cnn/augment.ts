import { type Tensor4D, tensor4d } from '@tensorflow/tfjs-core';
import { type ImageDataset, takeImages } from '@diffgan/data';
import { type Key, randintArray, split } from '@diffgan/ops';

const reach = 1; // pixels in each direction: the images of this data set are centred
const background = -1;

/** Chosen images, each shifted by up to one pixel and flipped left to right half of the time. */
export async function augmentedImages(dataset: ImageDataset, indices: Int32Array, key: Key): Promise<Tensor4D> {
  const [shiftKey, flipKey] = split(key);
  const shifts = randintArray(shiftKey, 2 * indices.length, -reach, reach + 1);
  const flips = randintArray(flipKey, indices.length, 0, 2);
  const plain = takeImages(dataset, indices);
  const values = await plain.data<'float32'>();
  plain.dispose();

  const { height, width } = dataset;
  const moved = new Float32Array(values.length).fill(background);
  for (let image = 0; image < indices.length; image++)
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) {
        const fromY = y + shifts[2 * image];
        const fromX = (flips[image] ? width - 1 - x : x) + shifts[2 * image + 1];
        if (fromY < 0 || fromY >= height || fromX < 0 || fromX >= width) continue;
        moved[(image * height + y) * width + x] = values[(image * height + fromY) * width + fromX];
      }
  return tensor4d(moved, [indices.length, height, width, 1]);
}
