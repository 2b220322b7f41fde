/** Content of a file, or its address. */
export type FileContent = string | URL | Blob | Uint8Array;

/** The files of a model, wherever they lie. */
export interface ModelFiles {
  /** What the model is called in messages. */
  readonly name: string;
  /**
   * A file by its path in the folder of the model, such as `generator/config.json`.
   *
   * @throws Error when there is none; for an address that shows when it is read.
   */
  file(path: string): Promise<FileContent>;
}
