import { type Fields, integer, kinds, number, object, oneOf, optional, required, text } from '../../config/check.ts';
import type { FileData, ImageFolderData, PointData } from '../run-config.ts';

const name = (...names: string[]) => required(oneOf(...names), 'Name of the data set.');
const limit = optional(integer(1, 1e9), 'Keep only the first so many images.');

const files: Fields<FileData> = {
  name: name('fashion-mnist', 'stacked-fashion-mnist', 'cifar10'),
  dir: optional(text, 'Folder with its files; the usual places unless told.'),
  limit,
};

const folder: Fields<ImageFolderData> = {
  name: name('image-folder'),
  folder: required(text, 'Folder with PNG files; sub-folders are classes.'),
  size: required(integer(4, 1024), 'Height and width of the images.'),
  channels: required(oneOf(1, 3), '1 for grey, 3 for RGB.'),
  limit,
};

const points: Fields<PointData> = {
  name: name('gaussians25', 'three-gaussians'),
  count: required(integer(1, 1e7), 'How many points.'),
  scale: optional(number({ above: 0, max: 1e6 }), 'Multiplies all coordinates.'),
  seed: optional(integer(0, Number.MAX_SAFE_INTEGER), 'Seed of the points; 0 unless told.'),
};

const [ofFiles, ofFolder, ofPoints] = [
  object<FileData>(files),
  object<ImageFolderData>(folder),
  object<PointData>(points),
];

/** The data of a run. */
export const data = kinds('name', {
  'fashion-mnist': ofFiles,
  'stacked-fashion-mnist': ofFiles,
  cifar10: ofFiles,
  'image-folder': ofFolder,
  gaussians25: ofPoints,
  'three-gaussians': ofPoints,
});
