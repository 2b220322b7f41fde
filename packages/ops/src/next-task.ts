/**
 * Waits for the event loop to turn. Promises alone never let timers, input or Ctrl-C run, so a loop without this could not be
 * aborted; `setTimeout` would add milliseconds per step and animation frames stop in hidden tabs.
 *
 * @example
 * ```ts
 * import { nextTask } from '@diffgan/ops';
 * for (let i = 0; i < 3; i++) await nextTask();
 * ```
 */
export function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
