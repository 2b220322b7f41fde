/** SHA-256 of `weights/fashion-cnn.safetensors`; `npm run train -w examples/fashion-cnn` prints it. */
export const fashionCnnSha256 = '';
