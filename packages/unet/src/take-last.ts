/** Takes the last of a stack that has one. */
export function takeLast<T>(stack: T[]): T {
  const last = stack.pop();
  if (last === undefined) throw new Error('takeLast: the stack is empty');
  return last;
}
