import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { takeFileLock } from '@diffgan/runtime/node';

let home: string;
let path: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'diffgan-lock-'));
  path = join(home, 'a.lock');
});
afterEach(() => rmSync(home, { recursive: true }));

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** Runs the process that wants a lock a few times, and dies with it the second time. */
function contender(lock: string, notes: string): Promise<number | null> {
  const flags = ['--conditions=@diffgan/source', '--import', 'tsx', 'packages/runtime/test/fixtures/lock-process.ts'];
  const child = spawn(process.execPath, [...flags, lock, notes, '2'], { cwd: root, stdio: 'inherit' });
  return new Promise((resolve) => child.on('close', resolve));
}

describe('takeFileLock', () => {
  it('is held by one, who is named, until it is released', () => {
    const lock = takeFileLock(path);
    if (!('release' in lock)) throw new Error('it is free');
    expect(takeFileLock(path)).toMatchObject({ pid: process.pid, host: hostname(), since: expect.stringMatching(/^\d{4}-/) as string }); // prettier-ignore
    lock.release();
    const again = takeFileLock(path);
    expect(again).toHaveProperty('release');
    (again as typeof lock).release();
  });

  it.each([
    ['of a process that is gone', JSON.stringify({ pid: 2 ** 22 - 1, host: hostname() }), 0],
    ['that nobody keeps alive', JSON.stringify({ pid: process.pid, host: 'elsewhere' }), -61],
    ['that is torn and an hour ahead', '{"pid":', 3600],
    ['that is torn and old', '', -61],
  ])('takes over a lock %s', (_, content, seconds) => {
    writeFileSync(path, content);
    const time = new Date(Date.now() + 1000 * seconds);
    utimesSync(path, time, time);
    const lock = takeFileLock(path);
    expect(lock).toHaveProperty('release');
    expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ pid: process.pid });
    (lock as { release(): void }).release();
  });

  it('leaves a lock alone that was taken over from it', () => {
    const lock = takeFileLock(path) as { release(): void };
    writeFileSync(path, '{"pid":1,"host":"x"}');
    lock.release();
    expect(readFileSync(path, 'utf8')).toContain('"pid":1');
  });

  it('is held by one process at a time, though each dies with it', async () => {
    const notes = join(home, 'notes');
    writeFileSync(path, JSON.stringify({ pid: 2 ** 22 - 1, host: hostname() })); // stale from the beginning
    const codes = await Promise.all(Array.from({ length: 3 }, () => contender(path, notes)));
    expect(codes).toEqual([1, 1, 1]);
    const lines = readFileSync(notes, 'utf8').trim().split('\n');
    expect(lines).toHaveLength(12);
    for (let i = 0; i < lines.length; i += 2) expect(lines[i + 1]).toBe(lines[i].replace('+', '-'));
  });
});
