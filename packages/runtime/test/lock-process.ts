import { appendFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { withFileLock } from '../src/node/file-lock.ts';

// One of several processes that want a lock: notes in a file when it holds it. Started by file-lock.cpu.test.ts.
const [lock, notes, times] = process.argv.slice(2);
for (let i = 0; i < Number(times); i++)
  await withFileLock(lock, async () => {
    appendFileSync(notes, `+${process.pid}\n`);
    await sleep(5);
    appendFileSync(notes, `-${process.pid}\n`);
    if (i % 2 === 1) process.exit(1); // dies with the lock, which the others take over
  });
