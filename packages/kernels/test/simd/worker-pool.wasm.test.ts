import { afterEach, describe, expect, it } from 'vitest';
import { WorkerPool } from '../../src/simd/worker-pool.ts';
import { watchThreads } from './watch-threads.ts';

/**
 * A module with one function of (address, from, to), which does `body` to the memory:
 * (module (import "env" "memory" (memory 1 1 shared)) (func (export "f") (param i32 i32 i32) …body…))
 */
function moduleOf(body: number[]): WebAssembly.Module {
  const code = [0x00, ...body, 0x0b];
  const bytes = [
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...[0x01, 0x07, 0x01, 0x60, 0x03, 0x7f, 0x7f, 0x7f, 0x00], // type: (i32, i32, i32) → ()
    ...[0x02, 0x10, 0x01, 0x03, 0x65, 0x6e, 0x76, 0x06, 0x6d, 0x65, 0x6d, 0x6f, 0x72, 0x79, 0x02, 0x03, 0x01, 0x01], // memory
    ...[0x03, 0x02, 0x01, 0x00], // one function of that type
    ...[0x07, 0x05, 0x01, 0x01, 0x66, 0x00, 0x00], // exported as f
    ...[0x0a, code.length + 2, 0x01, code.length, ...code],
  ];
  return new WebAssembly.Module(new Uint8Array(bytes));
}

const countUnits = moduleOf([
  ...[0x20, 0x00], // address
  ...[0x20, 0x02, 0x20, 0x01, 0x6b], // to − from
  ...[0xfe, 0x1e, 0x02, 0x00], // i32.atomic.rmw.add
  0x1a, // drop
]);
const trap = moduleOf([0x00]); // unreachable
const hang = moduleOf([0x03, 0x40, 0x0c, 0x00, 0x0b]); // loop (br 0)

let pool: WorkerPool | undefined;
afterEach(() => pool?.close());

/** A pool whose workers run `module`; the caller's own parts take long enough for workers to get theirs. */
async function start(module: WebAssembly.Module, options: { patience?: number; onNote?: (line: string) => void } = {}) {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
  const counter = new Int32Array(memory.buffer);
  const own = { units: 0 };
  const compute = (_: number, from: number, to: number) => {
    own.units += to - from;
    for (const end = performance.now() + 20; performance.now() < end;);
    Atomics.add(counter, 0, to - from);
  };
  pool = await WorkerPool.start({ module, memory, exports: { f: compute }, threads: 3, ...options });
  return { pool, counter, own };
}

const call = (pool: WorkerPool, units = 100, parts = 8) => pool.run('f', [0], { units, parts });

describe('WorkerPool', () => {
  it('runs every unit once, and workers take their share', async () => {
    const { pool, counter, own } = await start(countUnits);
    for (let i = 1; i <= 5; i++) {
      call(pool, 103);
      expect(counter[0]).toBe(103 * i);
    }
    expect(pool.threads).toBe(3);
    expect(own.units).toBeLessThan(5 * 103);
  });

  it('turns a trap in a worker into an Error and then has one thread', async () => {
    const { pool } = await start(trap);
    expect(() => call(pool)).toThrow(
      /the kernel "f" failed: a thread trapped. From now on wasm computes on one thread/,
    );
    expect(pool.threads).toBe(1);
    expect(() => call(pool)).not.toThrow();
  });

  it('turns a trap in the caller into an Error', async () => {
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
    const exports = {
      f: () => {
        throw new WebAssembly.RuntimeError('memory access out of bounds');
      },
    };
    pool = await WorkerPool.start({ module: countUnits, memory, exports, threads: 2 });
    expect(() => call(pool as WorkerPool)).toThrow(/failed: memory access out of bounds/);
  });

  it('does not hang when a worker does', async () => {
    const { pool } = await start(hang, { patience: 200 });
    expect(() => call(pool)).toThrow(/a thread made no progress for 0.2 s/);
    expect(pool.threads).toBe(1);
  });

  it('goes on without workers that were killed, and says so', async () => {
    const notes: string[] = [];
    const watched = watchThreads();
    const { pool, counter } = await start(countUnits, { onNote: (line) => notes.push(line) });
    await watched.killAll();
    call(pool, 50);
    expect(counter[0]).toBe(50);
    expect(pool.threads).toBe(1);
    expect(notes).toEqual(['wasm: a thread ended (exit code 1); 2 left', 'wasm: a thread ended (exit code 1); 1 left']);
  });
});
