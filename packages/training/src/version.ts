/** Version of this package, which checkpoints remember. */
export const version = '0.1.0';
