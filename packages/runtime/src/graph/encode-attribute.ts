import { CompileError } from '../compile-error.ts';
import { attribute, type Message } from './messages.ts';
import type { Binding } from './native-backend.ts';

/** An attribute of the operation `op` as the message that graphs take; `type` is one of the binding's numbers of kinds. */
export function encodeAttribute(binding: Binding, op: string, type: number, value: unknown): Message {
  const many = Array.isArray(value);
  switch (type) {
    case binding.TF_ATTR_STRING:
      return attribute.string(value as string);
    case binding.TF_ATTR_INT:
      return many ? attribute.ints(value as number[]) : attribute.int(value as number);
    case binding.TF_ATTR_FLOAT:
      return many ? attribute.floats(value as number[]) : attribute.float(value as number);
    case binding.TF_ATTR_BOOL:
      return many ? attribute.bools(value as boolean[]) : attribute.bool(value as boolean);
    case binding.TF_ATTR_TYPE:
      return attribute.type(value as number);
    case binding.TF_ATTR_SHAPE:
      return attribute.shape(value as number[]);
    default:
      throw new CompileError(`${op} has an attribute of an unknown kind`, 'Compute that part outside');
  }
}
