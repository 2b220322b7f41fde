import { CompileError } from '../compile-error.ts';
import { attribute, type Message } from './messages.ts';
import type { Binding } from './native-backend.ts';

const many = (value: unknown): unknown[] => [value].flat();

/** An attribute of the operation `op` as the message that graphs take; `type` is one of the binding's numbers of kinds. */
export function encodeAttribute(binding: Binding, op: string, type: number, value: unknown): Message {
  const isList = Array.isArray(value);
  switch (type) {
    case binding.TF_ATTR_STRING:
      return attribute.string(String(value));
    case binding.TF_ATTR_INT:
      return isList ? attribute.ints(many(value).map(Number)) : attribute.int(Number(value));
    case binding.TF_ATTR_FLOAT:
      return isList ? attribute.floats(many(value).map(Number)) : attribute.float(Number(value));
    case binding.TF_ATTR_BOOL:
      return isList ? attribute.bools(many(value).map(Boolean)) : attribute.bool(Boolean(value));
    case binding.TF_ATTR_TYPE:
      return attribute.type(Number(value));
    case binding.TF_ATTR_SHAPE:
      return attribute.shape(many(value).map(Number));
    default:
      throw new CompileError(`${op} has an attribute of an unknown kind`, 'Compute that part outside');
  }
}
