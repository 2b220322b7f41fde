import { createInterface } from 'node:readline';
import type { Method, Request, Requests } from '../protocol.ts';

/** What a worker answers. */
export type Handlers = {
  [M in Method]?: (params: Requests[M][0]) => Promise<Requests[M][1]> | Requests[M][1];
};

/** Answers requests on standard input, one JSON object a line, one after the other, until it closes. */
export async function serve(handlers: Handlers): Promise<void> {
  for await (const line of createInterface({ input: process.stdin })) {
    const { id, method, params } = JSON.parse(line) as Request;
    const reply = await answer(handlers, method, params).then(
      (result) => ({ id, result: result ?? null }),
      (error: unknown) => ({ id, error: describe(error) }),
    );
    process.stdout.write(`${JSON.stringify(reply)}\n`);
  }
  process.exit(); // backends keep threads that would keep the process
}

async function answer(handlers: Handlers, method: Method, params: object): Promise<unknown> {
  const handler = handlers[method] as ((params: object) => unknown) | undefined;
  if (handler === undefined) throw new Error(`this worker has no part in ${method}`);
  return await handler(params);
}

function describe(error: unknown): string {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  return error instanceof Error ? error.message.split('\n')[0] : String(error);
}
