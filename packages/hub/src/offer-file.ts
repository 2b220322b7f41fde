/**
 * Offers a file to whoever looks at the page, as a download.
 *
 * @param name of the file.
 * @throws TypeError where there is no page: in workers and in Node.
 * @example
 * ```ts
 * const model = ddganGenerator(presets['fashion-mnist-tiny'].generator);
 * const weights = await weightsToSafetensors(model);
 * if (typeof document === 'object') {
 *   offerFile('config.json', JSON.stringify(modelConfig(model)));
 *   offerFile('model.safetensors', weights);
 * }
 * model.dispose();
 * ```
 */
export function offerFile(name: string, content: Uint8Array | Blob | string): void {
  if (typeof document !== 'object')
    throw new TypeError('offerFile: only a page can offer files; writeAtomically of @diffgan/files writes them');
  const address = URL.createObjectURL(new Blob([content as Blob | string | Uint8Array<ArrayBuffer>]));
  const link = Object.assign(document.createElement('a'), { href: address, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000); // a download that asks where to has not begun yet
}
