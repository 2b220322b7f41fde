import { type ImageDataset, imageDataset, readIdx } from '@diffgan/data';
import { gunzip } from '@diffgan/files';

const FILE = 'fashion-mnist-tenth.idx.gz';
const MOST_BYTES = 1 << 23;

/**
 * The images that lie beside the page: the first tenth of those of Fashion-MNIST for training.
 *
 * @param progress told the bytes that are there.
 */
export async function fetchTenth(progress: (loaded: number, total: number) => void): Promise<ImageDataset> {
  const folder = import.meta.env.PROD ? new URL('..', location.href) : new URL('/', location.href);
  const response = await fetch(new URL(FILE, folder));
  if (!response.ok) throw new Error(`the images could not be fetched: ${response.status}`);
  const total = Number(response.headers.get('content-length') ?? 0);
  let loaded = 0;
  const counted = response.body!.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(piece, out) {
        progress((loaded += piece.length), total);
        out.enqueue(piece);
      },
    }),
  );
  const packed = new Uint8Array(await new Response(counted).arrayBuffer());
  const { shape, data } = readIdx(await gunzip(packed, MOST_BYTES, FILE), FILE);
  const [count, height, width] = shape;
  return imageDataset({ name: 'fashion-mnist-tenth', split: 'train', images: data, count, height, width, channels: 1 });
}
