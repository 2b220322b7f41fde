/** Whether this runs in Node; false in browsers and workers even where a bundler supplies a `process`. */
export const isNode = (): boolean => typeof process === 'object' && typeof process.versions?.node === 'string';
