import { either, integer, kinds, number, object, type ObjectOf, oneOf, optional, pairOf, text } from '@diffgan/config';

const limit = optional(integer(1, 1e9));

const fileFields = {
  /** Name of the data set. */
  name: oneOf('fashion-mnist', 'stacked-fashion-mnist', 'cifar10'),
  /** Folder with its files. @defaultValue the usual places */
  dir: optional(text()),
  /** Keep only the first so many images. @defaultValue all */
  limit,
};

/** A data set with a training and a test part. */
export interface FileData extends ObjectOf<typeof fileFields> {}

const side = integer(4, 1024);

const folderFields = {
  /** PNG and JPEG files of the user. */
  name: oneOf('image-folder'),
  /** Folder with PNG and JPEG files; sub-folders are classes. */
  folder: text(),
  /** Height and width of the images, or one number for squares. */
  size: either(side, pairOf(side)),
  /** Channels: 1 for grey, 3 for RGB. */
  channels: oneOf(1, 3),
  /** What lies behind transparent pixels. @defaultValue images with such are refused */
  background: optional(oneOf('white', 'black')),
  /** Keep only so many images, of each class as many as its share. @defaultValue all */
  limit,
};

/** PNG and JPEG files of the user. */
export interface ImageFolderData extends ObjectOf<typeof folderFields> {}

const pointFields = {
  /** Name of the distribution. */
  name: oneOf('gaussians25', 'three-gaussians'),
  /** How many points. */
  count: integer(1, 1e7),
  /** Multiplies all coordinates. @defaultValue 1 */
  scale: optional(number({ above: 0, max: 1e6 })),
  /** Seed of the points. @defaultValue 0 */
  seed: optional(integer(0, Number.MAX_SAFE_INTEGER)),
};

/** Points that are drawn from a mixture of Gaussians. */
export interface PointData extends ObjectOf<typeof pointFields> {}

/** Where examples come from. */
export type DataConfig = FileData | ImageFolderData | PointData;

const [files, points] = [object<FileData>(fileFields), object<PointData>(pointFields)];

/** What a run may learn from. */
export const dataSchema = kinds('name', {
  'fashion-mnist': files,
  'stacked-fashion-mnist': files,
  cifar10: files,
  'image-folder': object<ImageFolderData>(folderFields),
  gaussians25: points,
  'three-gaussians': points,
});
