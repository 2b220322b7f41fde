/** Pixels of one image. */
export interface Pixels {
  /** HWC bytes 0…255. */
  readonly data: Uint8Array;
  readonly height: number;
  readonly width: number;
  readonly channels: 1 | 3;
}
