import type { ByteSource } from './byte-source.ts';
import { DownloadError } from './download-error.ts';
import { patiently } from './patiently.ts';
import { ResponseBody } from './response-body.ts';

/**
 * Asks for `address`, or for what lies behind its first `from` bytes.
 *
 * @returns the answer, whose body the caller reads or cancels.
 * @throws DownloadError naming the address when nobody answers, or with another status than success.
 */
export async function request(
  address: string,
  { from = 0, signal }: { from?: number; signal?: AbortSignal } = {},
): Promise<Response> {
  let response: Response;
  try {
    const silent = new AbortController();
    const ended = signal ? AbortSignal.any([signal, silent.signal]) : silent.signal;
    const answer = fetch(address, { signal: ended, ...(from > 0 && { headers: { Range: `bytes=${from}-` } }) });
    response = await patiently(address, answer, () => silent.abort());
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof DownloadError) throw error;
    throw new DownloadError(`readBytes: cannot reach ${address}: ${(error as Error).message}`, undefined, {
      cause: error,
    });
  }
  if (response.ok) return response;
  await response.body?.cancel();
  throw new DownloadError(`readBytes: ${address} answered ${response.status} ${response.statusText}`, response.status);
}

/** Up to so many bytes are passed over rather than asked for anew. */
const maxSkip = 1 << 20;

/**
 * A source of what a server has at `address`: one download, read as far as it is needed. What lies behind or far ahead is asked for
 * as a range, where the server gives ranges, else the download starts again.
 *
 * @param address of the file.
 * @param answer the first one, to a request for the whole, unread; its length; and what ends the download.
 */
export function downloadSource(
  address: string,
  { first, size, signal }: { first: Response; size: number; signal?: AbortSignal },
): ByteSource {
  const ranges = first.headers.get('accept-ranges') === 'bytes';
  let body = new ResponseBody(address, first, 0);

  async function reach(begin: number): Promise<void> {
    const ahead = begin - body.position;
    if (ahead < 0 || (ranges && ahead > maxSkip)) {
      await body.cancel();
      body = await restart(ranges ? begin : 0);
    }
    await body.skip(begin - body.position);
  }
  async function restart(from: number): Promise<ResponseBody> {
    const response = await request(address, { from, signal });
    const [, begin, total] = /^bytes (\d+)-\d+\/(\d+)$/.exec(response.headers.get('content-range') ?? '') ?? [];
    if (response.status !== 206) return new ResponseBody(address, response, 0); // the whole after all
    if (Number(begin) === from && Number(total) === size) return new ResponseBody(address, response, from);
    await response.body?.cancel();
    throw new Error(`readBytes: ${address} changed while it was read; read it again`);
  }
  return {
    size,
    async read(begin, end) {
      signal?.throwIfAborted();
      await reach(begin);
      return body.take(end - begin);
    },
    close: () => body.cancel(),
  };
}
