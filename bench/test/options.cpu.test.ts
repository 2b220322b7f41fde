import { describe, expect, it } from 'vitest';
import { topics } from '../cases.ts';
import { parseOptions } from '../options.ts';

describe('parseOptions', () => {
  it('measures everything unless told', () => {
    const { only, backends, quick, docs } = parseOptions([]);
    expect({ only, backends, quick, docs }).toEqual({
      only: topics,
      backends: ['tensorflow', 'wasm'],
      quick: false,
      docs: false,
    });
  });
  it('leaves the curves out of a quick run, unless they are asked for', () => {
    expect(parseOptions(['--quick']).only).not.toContain('curves');
    expect(parseOptions(['--quick', '--only', 'curves']).only).toEqual(['curves']);
  });
  it('takes lists with and without spaces', () =>
    expect(parseOptions(['--only', 'forward, train', '--backend', 'wasm'])).toMatchObject({
      only: ['forward', 'train'],
      backends: ['wasm'],
    }));
  it('names what it does not know', () => {
    expect(() => parseOptions(['--only', 'backward'])).toThrow(/--only: backward is not one of forward, train/);
    expect(() => parseOptions(['--backend', 'cuda'])).toThrow(/--backend: cuda is not one of tensorflow, wasm/);
    expect(() => parseOptions(['--fast'])).toThrow(/--fast/);
  });
});
