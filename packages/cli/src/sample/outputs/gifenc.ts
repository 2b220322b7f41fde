import { createRequire } from 'node:module';

type Palette = number[][];

/** The parts of the package gifenc that are used; it brings no types. */
interface Gifenc {
  GIFEncoder(): {
    writeFrame(
      indices: Uint8Array,
      width: number,
      height: number,
      options: { palette: Palette; delay: number; repeat: number },
    ): void;
    finish(): void;
    bytes(): Uint8Array<ArrayBuffer>;
  };
  quantize(rgba: Uint8Array, colours: number): Palette;
  applyPalette(rgba: Uint8Array, palette: Palette): Uint8Array;
}

/** Its CommonJS form, whose default export Node and bundlers understand differently. */
export const gifenc = createRequire(import.meta.url)('gifenc') as Gifenc;
