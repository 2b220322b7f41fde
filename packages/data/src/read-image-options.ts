/** A colour behind transparent pixels. */
export type Background = 'black' | 'white' | readonly [red: number, green: number, blue: number];

/** How image files are read. */
export interface ReadImageOptions {
  /** What error messages call the file. */
  name: string;
  /** Larger images are refused. */
  maxPixels: number;
  /** What lies behind transparent pixels, which are refused without it. */
  background?: Background;
}
