import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { FileFormatError, gunzip, isGzip } from '@diffgan/files';

describe('gunzip', () => {
  it('gives back what was packed, in as many pieces as it takes', async () => {
    const whole = Uint8Array.from({ length: 1 << 20 }, (_, i) => (i * 7919) >>> 8);
    const packed = new Uint8Array(gzipSync(whole));
    expect([isGzip(packed), isGzip(whole)]).toEqual([true, false]);
    const back = await gunzip(packed, whole.length, 'whole.gz');
    expect(Buffer.from(back).equals(whole)).toBe(true);
  });

  it('stops at the bound: 100 kB cannot become 100 MB', async () => {
    const bomb = new Uint8Array(gzipSync(new Uint8Array(1e8)));
    await expect(gunzip(bomb, 1e6, 'bomb.gz')).rejects.toThrow(/bomb\.gz: unpacks to more than 1000000/);
  });

  it('refuses damaged data', async () => {
    const damaged = new Uint8Array(gzipSync(new Uint8Array(99))).subarray(0, 15);
    await expect(gunzip(damaged, 1e6, 'half.gz')).rejects.toThrow(FileFormatError);
  });
});
