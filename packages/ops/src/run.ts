/**
 * Runs an async generator to its end: the promise form of samplers and training loops.
 *
 * @param generator e.g. a sampler's or trainer's
 * @param onEvent called (and awaited) with each event; if it throws, the generator is closed and frees its tensors
 * @returns what the generator returns; its owner is the caller
 * @throws what the generator or `onEvent` throws
 *
 * @example
 * ```ts
 * import { run } from '@diffgan/ops';
 *
 * async function* count() {
 *   yield 1;
 *   return 'done';
 * }
 * await run(count(), (event) => process.stdout.write(`${event} `)); // 'done', after writing 1
 * ```
 */
export async function run<Event, Result>(
  generator: AsyncGenerator<Event, Result>,
  onEvent?: (event: Event) => unknown,
): Promise<Result> {
  try {
    let next = await generator.next();
    while (!next.done) {
      await onEvent?.(next.value);
      next = await generator.next();
    }
    return next.value;
  } catch (error) {
    await generator.return(undefined as never); // a generator that failed itself is closed already; this is harmless then
    throw error;
  }
}
