import { FileFormatError } from '@diffgan/files';

/** Throws unless all values are finite: one weight that is no number makes all that the network returns none. */
export function checkFinite(caller: string, values: Float32Array, what: string): void {
  const index = values.findIndex((value) => !Number.isFinite(value));
  if (index >= 0)
    throw new FileFormatError(
      `${caller}: ${what} holds numbers that are not finite (${values[index]} at ${index} of ${values.length}); the training that ` +
        'wrote it broke down, or the file is damaged. Take an earlier checkpoint',
    );
}
