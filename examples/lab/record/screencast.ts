import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';

/**
 * Films a page: a picture whenever it is painted, in a folder, named by the milliseconds since the first.
 *
 * @returns ends the film, and tells how many frames it has.
 */
export async function film(page: Page, folder: string): Promise<() => Promise<number>> {
  mkdirSync(folder, { recursive: true });
  const session = await page.context().newCDPSession(page);
  let began: number | undefined;
  let frames = 0;
  session.on('Page.screencastFrame', ({ data, metadata, sessionId }) => {
    const at = 1000 * (metadata.timestamp ?? 0);
    began ??= at;
    frames++;
    const name = `${String(Math.round(at - began)).padStart(6, '0')}.png`;
    writeFileSync(join(folder, name), Buffer.from(data, 'base64'));
    session.send('Page.screencastFrameAck', { sessionId }).catch(() => undefined); // the page may be gone
  });
  await session.send('Page.startScreencast', { format: 'png' });
  return async () => {
    await session.send('Page.stopScreencast');
    await session.detach();
    return frames;
  };
}
