// Bundlers find files only by a literal `new URL('…', import.meta.url)`, and `weights` is one folder above this file as it is one above
// what the build makes of it: so here, one by one.

/** Where the files are that come with this package, whose model card is in `weights/README.md`. */
export const shippedFiles = {
  fashionCnn: () => new URL('../weights/fashion-cnn.safetensors', import.meta.url),
  fashionTrain: () => new URL('../weights/fashion-train.json', import.meta.url),
  fashionTest: () => new URL('../weights/fashion-test.json', import.meta.url),
};
