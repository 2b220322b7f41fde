import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { crc32c } from '../src/crc32c.ts';
import { imageEvent, scalarsEvent, startEvent, versionEvent } from '../src/tensorboard-events.ts';

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

it.each([
  [Buffer.from('123456789'), 0xe3069283],
  [Buffer.alloc(32, 0), 0x8a9136aa],
  [Buffer.alloc(32, 0xff), 0x62a8ab43],
  [Uint8Array.from({ length: 32 }, (_, i) => i), 0x46dd794e],
])('crc32c gives the values of RFC 3720', (bytes, expected) => {
  expect(crc32c(bytes)).toBe(expected);
});

// Made with tensorboard 2.21: RecordWriter(file).write(Event(wall_time=1.5, …).SerializeToString())
describe('events are those that TensorBoard itself writes', () => {
  beforeEach(() => vi.useFakeTimers({ toFake: ['Date'], now: 1500 }));
  afterEach(() => vi.useRealTimers());

  it("file_version='brain.Event:2'", () => {
    expect(hex(versionEvent())).toBe(
      '1800000000000000a37f4b2209000000000000f83f1a0d627261696e2e4576656e743a322a28646c',
    );
  });
  it('step=301, session_log=SessionLog(status=SessionLog.START)', () => {
    expect(hex(startEvent(301))).toBe('100000000000000095fbfe1809000000000000f83f10ad023a020801d17949d4');
  });
  it("step=300, summary=Summary(value=[Value(tag='losses/critic', simple_value=0.5), Value(tag='b', simple_value=nan)])", () => {
    expect(hex(scalarsEvent(300, { 'losses/critic': 0.5, b: NaN }))).toBe(
      '2e00000000000000c5cb57fa09000000000000f83f10ac022a200a140a0d6c6f737365732f637269746963150000003f0a080a0162150000c07fabe268ec',
    );
  });
  it("step=300, Value(tag='samples', image=Image(width=3, height=2, colorspace=3, encoded_image_string=png))", () => {
    const png = '89504e470d0a1a0a0000000d494844520000000300000002080200000012169f50';
    expect(hex(imageEvent(300, 'samples', Buffer.from(png, 'hex')))).toBe(
      `440000000000000043592e9a09000000000000f83f10ac022a360a340a0773616d706c65732229080210031803222189504e470d0a1a0a0000000d494844520000000300000002080200000012169f50b2686923`,
    );
  });
});
