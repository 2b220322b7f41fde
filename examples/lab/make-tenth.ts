// Writes public/fashion-mnist-tenth.idx.gz: the first tenth of the training images of Fashion-MNIST (MIT licence), which the page trains on.
//   node --conditions=@diffgan/source --import tsx examples/lab/make-tenth.ts
import { writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { fashionMnist } from '@diffgan/data';

const { name, images, count, height, width } = await fashionMnist({ limit: 6000 });
if (name !== 'fashion-mnist') throw new Error(`${name} is not Fashion-MNIST`);
const header = new DataView(new ArrayBuffer(16));
[0x0803, count, height, width].forEach((value, i) => header.setUint32(4 * i, value));
const file = new URL('public/fashion-mnist-tenth.idx.gz', import.meta.url);
writeFileSync(file, gzipSync(Buffer.concat([Buffer.from(header.buffer), images as Uint8Array]), { level: 9 }));
