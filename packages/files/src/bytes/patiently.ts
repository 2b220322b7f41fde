import { DownloadError } from './download-error.ts';

/** A server that sends nothing for so long will not send any more. */
const SILENCE_SECONDS = 60;

/**
 * Waits for the next thing that a server sends; a silent one would be waited for for ever.
 *
 * @param giveUp ends the download
 * @throws DownloadError naming the address after a minute of silence
 */
export async function patiently<T>(address: string, waiting: Promise<T>, giveUp: () => void): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const silence = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new DownloadError(`readBytes: ${address} sends nothing for ${SILENCE_SECONDS} s; try again`, undefined));
      giveUp();
    }, 1000 * SILENCE_SECONDS);
  });
  try {
    return await Promise.race([waiting, silence]);
  } finally {
    clearTimeout(timer);
  }
}
