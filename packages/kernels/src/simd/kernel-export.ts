/** A function of the C module: addresses and sizes, then `from` and `to`. */
export type KernelExport = (...args: number[]) => void;
