import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';

// A process of its own: an addon that was loaded stays.
const program = `
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-layers';
import { compile, compileTrainStep, selectBackend } from '@diffgan/runtime';
const { description } = await selectBackend('tensorflow');
const w = tf.tidy(() => tf.variable(tf.scalar(3)));
const f = compile((x) => tf.mul(x, w));
const x = tf.tensor([1, 2]);
const training = compileTrainStep((x) => tf.mean(tf.square(tf.mul(w, x))), [w], { learningRate: 0.1 });
const losses = [await training.step([x]), await training.step([x])];
const kernel = tf.getKernel('DiffganGroupNorm', 'tensorflow') !== undefined;
let refusal;
try {
  compile((x) => tf.mul(x, x.dataSync()[0]))(x);
} catch (error) {
  refusal = error.name;
}
console.log(JSON.stringify({ description, y: await f(x).array(), losses, kernel, refusal }));
`;

describe('a machine without the graph addon', () => {
  it('runs the same programs as graphs of the published binding', () => {
    const output = execFileSync(
      process.execPath,
      ['--conditions=@diffgan/source', '--import', 'tsx', '--input-type=module', '-e', program],
      { encoding: 'utf8', env: { ...process.env, DIFFGAN_NATIVE: '0', NODE_OPTIONS: '' }, cwd: import.meta.dirname },
    );
    const result = JSON.parse(output.trim().split('\n').at(-1) ?? '') as Record<string, unknown>;
    expect(result.description).toMatch(/; compiled functions are slower without the graph addon: DIFFGAN_NATIVE is 0/);
    expect(result).toMatchObject({ y: [3, 6], kernel: false, refusal: 'CompileError' });
    expect(result.losses as number[]).toBeAllClose([22.5, 21.025]);
  });
});
