/** SHA-256 of `weights/fashion-cnn.safetensors`, see examples/fashion-cnn. */
export const fashionCnnSha256 = 'a87276530da90460721853efe6a44cbb282b2670eb72f3b60a093dc46541d00b';
