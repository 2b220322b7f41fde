import { linearAlgebraBuild } from './builds/linear-algebra.ts';

/** What the module exports, see wasm/linear-algebra; pointers are byte addresses, strides and sizes count numbers. */
interface Kernels {
  pack(matrix: number, stride: number, panels: number, rows: number, columns: number): void;
  pack_differences(matrix: number, stride: number, shift: number, sum: number, panels: number, rows: number): void;
  pack_triangle(matrix: number, stride: number, index: number, panels: number, count: number, rows: number): void;
  multiply(
    a: number,
    b: number,
    c: number,
    stride: number,
    rows: number,
    columns: number,
    inner: number,
    upper: number,
    negative: number,
  ): void;
  cholesky_panel(
    a: number,
    stride: number,
    n: number,
    begin: number,
    end: number,
    noise: number,
    order: number,
    remaining: number,
  ): number;
  bidiagonal_panel(
    a: number,
    stride: number,
    rows: number,
    heights: number,
    begin: number,
    end: number,
    w: number,
    z: number,
    beside: number,
  ): void;
}

/** A matrix in the memory of the module, row after row. Whole tiles of 4 × 4, filled up with zeros. */
export interface StoredMatrix {
  readonly address: number;
  readonly rows: number;
  readonly columns: number;
  /** Numbers from one row to the next. */
  readonly stride: number;
}

/** The next multiple of 4: tiles are 4 × 4. */
export const padded = (n: number): number => Math.ceil(n / 4) * 4;

const page = 65536;
const doubles = 8;

let compiled: WebAssembly.Module | undefined;

function compile(): WebAssembly.Module {
  const bytes = Uint8Array.from(atob(linearAlgebraBuild), (character) => character.charCodeAt(0));
  if (!WebAssembly.validate(bytes))
    throw new Error(
      '@diffgan/fid: this JavaScript engine has no WebAssembly SIMD. Use Node ≥ 20 or a browser of 2023.',
    );
  return new WebAssembly.Module(bytes);
}

/**
 * The linear algebra module with a memory of its own, which is freed with this object. Addresses stay valid; views of the
 * memory do not when more is allocated.
 */
export class LinearAlgebra {
  readonly kernels: Kernels;
  readonly #memory = new WebAssembly.Memory({ initial: 2 }); // what the linker asks for
  #end = 0;

  constructor() {
    compiled ??= compile();
    this.kernels = new WebAssembly.Instance(compiled, { env: { memory: this.#memory } }).exports as unknown as Kernels;
  }

  /** The address of so many numbers, all zero, in whole cache lines. */
  allocate(count: number): number {
    const address = this.#end;
    this.#end += Math.ceil((count * doubles) / 64) * 64;
    const missing = this.#end - this.#memory.buffer.byteLength;
    if (missing > 0) this.#memory.grow(Math.ceil(missing / page));
    return address;
  }

  /** A matrix of zeros. */
  matrix(rows: number, columns: number): StoredMatrix {
    const stride = padded(columns);
    return { address: this.allocate(padded(rows) * stride), rows, columns, stride };
  }

  /** The numbers at an address. */
  numbers(address: number, count: number): Float64Array {
    return new Float64Array(this.#memory.buffer, address, count);
  }

  /** The 32-bit integers at an address. */
  integers(address: number, count: number): Int32Array {
    return new Int32Array(this.#memory.buffer, address, count);
  }

  /** One row of a matrix, without its padding. */
  row({ address, columns, stride }: StoredMatrix, i: number): Float64Array {
    return this.numbers(address + i * stride * doubles, columns);
  }
}

/** The address of element (i, j). */
export const addressOf = ({ address, stride }: StoredMatrix, i: number, j: number): number =>
  address + (i * stride + j) * doubles;
