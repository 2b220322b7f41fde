/** SHA-256 of `weights/fashion-cnn.safetensors`, see examples/fashion-cnn. */
export const fashionCnnSha256 = '7642f907bbe819b325bc77f9fa1336ad62eaacf839c393f3e0e47ab00bbf151b';
