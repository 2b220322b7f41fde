/**
 * What configurations from outside may be.
 *
 * @module @diffgan/config
 */
export { either, kinds, listOrObject, object, orNull, together } from './composite.ts';
export { nearestName } from './nearest-name.ts';
export { parse } from './parse.ts';
export { boolean, integer, listOf, number, oneOf, optional, pairOf, text, textLike } from './plain.ts';
export { show } from './show.ts';
export type { Misfit } from './composite.ts';
export type { Bounds } from './plain.ts';
export type { AnySchema, ChoiceSchema, Fields, ObjectOf, ObjectSchema, Optional, Schema, ValueOf } from './schema.ts';
