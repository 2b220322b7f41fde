import { type ImageDataset, imageDataset, readIdx } from '@diffgan/data';
import { gunzip } from '@diffgan/files';

const FILE = 'fashion-mnist-tenth.idx.gz';
const MOST_BYTES = 1 << 23;

/** Where the browser keeps it, which never changes. */
const CACHE = 'diffgan-lab-images';

/**
 * The images that lie beside the page: the first tenth of those of Fashion-MNIST for training. They are fetched once.
 *
 * @param progress told the bytes that are there.
 */
export async function fetchTenth(progress: (loaded: number, total: number) => void): Promise<ImageDataset> {
  const folder = import.meta.env.PROD ? new URL('..', location.href) : new URL('/', location.href);
  const url = new URL(FILE, folder);
  const cache = await caches.open(CACHE);
  const kept = await cache.match(url);
  const packed = kept ? new Uint8Array(await kept.arrayBuffer()) : await fetched(url, progress);
  const { shape, data } = readIdx(await gunzip(packed, MOST_BYTES, FILE), FILE);
  if (!kept) await cache.put(url, new Response(packed)); // now that it is whole
  const [count, height, width] = shape;
  return imageDataset({ name: 'fashion-mnist-tenth', split: 'train', images: data, count, height, width, channels: 1 });
}

async function fetched(url: URL, progress: (loaded: number, total: number) => void): Promise<Uint8Array<ArrayBuffer>> {
  const response = await fetch(url);
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
  return new Uint8Array(await new Response(counted).arrayBuffer());
}
