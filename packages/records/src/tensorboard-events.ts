import { readdir } from 'node:fs/promises';
import { hostname } from 'node:os';
import { bytesField, doubleField, type Field, floatField, integerField, message } from './protobuf.ts';
import { tfRecord } from './tf-record.ts';

/**
 * Name for a new event file in a folder. TensorBoard reads the files of a run in the order of their names, so the time in it is later than
 * that of the files that are there, whatever the clock says.
 */
export async function eventFileName(folder: string): Promise<string> {
  const times = (await readdir(folder)).map((name) =>
    Number(/^events\.out\.tfevents\.(\d{10})\./.exec(name)?.[1] ?? 0),
  );
  const time = Math.max(Math.floor(Date.now() / 1000), 1 + Math.max(0, ...times));
  return `events.out.tfevents.${time}.${hostname()}`;
}

/** The first record of an event file. */
export const versionEvent = (): Uint8Array => event(0, bytesField(3, 'brain.Event:2'));

/** Says that steps are counted from `step` on: what earlier files tell of it and later steps counts no more. */
export const startEvent = (step: number): Uint8Array => event(step, bytesField(7, message(integerField(1, 1))));

/** Values by tag. */
export const scalarsEvent = (step: number, scalars: Readonly<Record<string, number>>): Uint8Array =>
  event(
    step,
    summary(Object.entries(scalars).map(([tag, value]) => message(bytesField(1, tag), floatField(2, value)))),
  );

/** A PNG under a tag. */
export const imageEvent = (step: number, tag: string, png: Uint8Array): Uint8Array =>
  event(step, summary([message(bytesField(1, tag), bytesField(4, image(png)))]));

/** A record with an `Event` of TensorBoard. */
const event = (step: number, what: Field): Uint8Array =>
  tfRecord(message(doubleField(1, Date.now() / 1000), ...(step > 0 ? [integerField(2, step)] : []), what));

const summary = (values: readonly Uint8Array[]): Field =>
  bytesField(5, message(...values.map((value) => bytesField(1, value))));

/** Size and kind of colour are in the head of a PNG. */
function image(png: Uint8Array): Uint8Array {
  const head = new DataView(png.buffer, png.byteOffset, png.byteLength);
  const channels = head.getUint8(25) === 0 ? 1 : 3;
  return message(
    integerField(1, head.getUint32(20)),
    integerField(2, head.getUint32(16)),
    integerField(3, channels),
    bytesField(4, png),
  );
}
