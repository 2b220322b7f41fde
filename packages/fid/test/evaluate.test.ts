import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  batchFeatures,
  type CollectedFeatures,
  collectFeatures,
  densityCoverage,
  evaluate,
  type EvaluateEvent,
  type EvaluateOptions,
  type Evaluation,
  extractFeatures,
  type FeatureExtractor,
  featureSetFromNpz,
  featureSetToNpz,
  FeatureStatistics,
  fidInfinity,
  fidScore,
  inceptionScore,
  kernelInceptionDistance,
  metricNames,
  npzImages,
  precisionRecall,
  StatisticsError,
} from '@diffgan/fid';
import { writeNpz } from '@diffgan/files';
import { key, normal } from '@diffgan/ops';

/** Features: the six pixels; three class scores that follow from them. Counts how many images it saw. */
function extractor(): FeatureExtractor & { seen: number; batches: number[] } {
  const made = {
    name: 'pixels',
    layer: 'input',
    dim: 6,
    seen: 0,
    batches: [] as number[],
    features(images: tf.Tensor4D) {
      made.seen += images.shape[0];
      made.batches.push(images.shape[0]);
      return tf.reshape<tf.Rank.R2>(images, [images.shape[0], 6]);
    },
    logitsOf: (features: tf.Tensor2D) => tf.mul<tf.Tensor2D>(4, tf.slice(features, [0, 0], [-1, 3])),
    dispose: () => undefined,
  };
  return made;
}

const images = (seed: number, count: number, scale = 0.3) =>
  tf.tidy(() => tf.clipByValue(tf.mul(scale, normal<tf.Rank.R4>(key(seed), [count, 2, 3, 1])), -1, 1) as tf.Tensor4D);

async function* cut(source: tf.Tensor4D, sizes: number[]): AsyncGenerator<tf.Tensor4D> {
  for (let start = 0, i = 0; start < source.shape[0]; i++) {
    const size = Math.min(sizes[i % sizes.length], source.shape[0] - start);
    yield await Promise.resolve(tf.slice(source, [start, 0, 0, 0], [size, -1, -1, -1]));
    start += size;
  }
}

async function whole<E, R>(work: AsyncGenerator<E, R>): Promise<{ events: E[]; result: R }> {
  const events: E[] = [];
  for (let step = await work.next(); ; step = await work.next()) {
    if (step.done) return { events, result: step.value };
    events.push(step.value);
  }
}

let generated: tf.Tensor4D;
let real: tf.Tensor4D;
beforeAll(() => {
  generated = images(1, 260, 0.25);
  real = images(2, 300);
});
afterAll(() => tf.dispose([generated, real]));

const all = { metrics: metricNames, key: key(7), kid: { subsets: 10 } };

describe('evaluate', () => {
  it('gives what the single functions give, in one pass over each set', async () => {
    const network = extractor();
    const { result } = await whole(evaluate(generated, real, { extractor: network, referenceName: 'made up', ...all }));
    expect(network.seen).toBe(560);

    const [a, b] = [await extractFeatures(network, generated), await extractFeatures(network, real)];
    const meta = { extractor: 'pixels', layer: 'input', range: '[-1, 1]' };
    const statistics = (rows: Float32Array, split: string) => new FeatureStatistics(6, { ...meta, split }).add(rows);
    const [x, y] = [
      { data: a, dim: 6 },
      { data: b, dim: 6 },
    ];
    expect(result).toMatchObject({
      extractor: 'pixels',
      layer: 'input',
      n: 260,
      reference: { name: 'made up', n: 300 },
      vectors: { samples: 260, reference: 300 },
    });
    expect(result.scores.fid).toEqual(await fidScore(statistics(a, 'samples'), statistics(b, 'made up')));
    const infinity = await fidInfinity({ rows: a, meta }, statistics(b, 'made up'), { key: key(9) });
    expect(result.scores.fidInfinity!.points.at(-1)!.value).toBeCloseTo(infinity.points.at(-1)!.value, 12); // of all vectors
    expect(result.scores.precisionRecall).toEqual({ ...(await precisionRecall(x, y)), k: 3 });
    expect(result.scores.densityCoverage).toEqual({ ...(await densityCoverage(x, y)), k: 5 });
    // random subsets and splits: another choice agrees within the spread
    const kid = await kernelInceptionDistance(x, y);
    expect(result.scores.kid).toMatchObject({ subsets: 10, subsetSize: 260 });
    expect(Math.abs(result.scores.kid!.value - kid.value)).toBeLessThan(5 * kid.standardDeviation);
    const logits = {
      data: Float32Array.from({ length: 780 }, (_, i) => 4 * a[6 * Math.floor(i / 3) + (i % 3)]),
      dim: 3,
    };
    const is = inceptionScore(logits);
    expect(Math.abs(result.scores.is!.value - is.value)).toBeLessThan(5 * is.standardDeviation);
  });

  it.each([[[1]], [[7]], [[64]], [[260]], [[3, 100, 41]]])(
    'does not depend on the batches of its source: %j',
    async (sizes) => {
      const { result } = await whole(evaluate(generated, real, { extractor: extractor(), ...all }));
      const network = extractor();
      const other = await whole(evaluate(cut(generated, sizes), cut(real, sizes), { extractor: network, ...all }));
      expect(other.result).toEqual(result); // equal bits, not only 1e-9
      expect(network.batches).toEqual([100, 100, 60, 100, 100, 100]);
    },
  );

  it('does not depend on the batches of the network, nor on a limit above the number of images', async () => {
    const { result } = await whole(evaluate(generated, real, { extractor: extractor(), ...all }));
    const options = { extractor: extractor(), batch: 17, vectors: 300, ...all };
    const other = await whole(evaluate(generated, real, options));
    expect(other.result).toEqual(result);
  });

  it('compares a random choice of vectors, and FID of all', async () => {
    const options = { extractor: extractor(), ...all };
    const { result } = await whole(evaluate(generated, real, options));
    const few = (await whole(evaluate(generated, real, { ...options, vectors: 100 }))).result;
    expect(few.vectors).toEqual({ samples: 100, reference: 100 });
    expect(few.scores.fid).toEqual(result.scores.fid);
    expect(few.scores.kid?.subsetSize).toBe(100);
    const { result: set } = await whole(collectFeatures(extractor(), real, { vectors: 100, key: key(8) }));
    const rows = new Set(Array.from({ length: 100 }, (_, i) => set.vectors.data.slice(6 * i, 6 * i + 6).join()));
    expect(rows.size).toBe(100);
    const pixels = await real.data();
    const own = Array.from(set.indices).flatMap((i) => Array.from(pixels.slice(6 * i, 6 * i + 6)));
    expect(Array.from(set.vectors.data)).toEqual(own);
    const last = (await real.data()).slice(6 * 100); // a choice of all, not the first 100
    const late = Array.from({ length: 200 }, (_, i) => last.slice(6 * i, 6 * i + 6).join()).filter((row) =>
      rows.has(row),
    );
    expect(late.length).toBeGreaterThan(40); // 67 ± 4.7
  });

  it('tells how far it is', async () => {
    const { events } = await whole(evaluate(generated, real, { extractor: extractor(), ...all }));
    const done = (set: string) => events.flatMap((e) => (e.type === 'features' && e.set === set ? [e.done] : []));
    expect(done('samples')).toEqual([100, 200, 260]);
    expect(done('reference')).toEqual([100, 200, 300]);
    const last = new Map(events.flatMap((e) => (e.type === 'metric' ? [[e.metric, e.fraction] as const] : [])));
    expect(Object.fromEntries(last)).toEqual({ fid: 1, 'fid-infinity': 1, kid: 1, 'precision-recall': 1 });
  });

  it('takes features instead of images, also from a file', async () => {
    const { result } = await whole(
      evaluate(generated, real, { extractor: extractor(), ...all, referenceName: 'made up' }),
    );
    const network = extractor();
    const { result: samples } = await whole(collectFeatures(network, generated, { logits: true, split: 'samples' }));
    const { result: reference } = await whole(collectFeatures(network, real, { split: 'made up' }));
    network.seen = 0;
    const again = await whole(evaluate(samples, reference, { extractor: network, ...all }));
    expect(again.result).toEqual(result);
    const read = await featureSetFromNpz(featureSetToNpz(reference));
    expect([read.vectors, read.indices]).toEqual([reference.vectors, reference.indices]);
    const fromFile = await whole(evaluate(samples, read, { extractor: network, ...all }));
    expect(fromFile.result.scores.kid).toEqual(result.scores.kid);
    expect([fromFile.result.scores.fid!.value]).toBeAllClose([result.scores.fid!.value], { rtol: 0, atol: 1e-12 });
    expect(network.seen).toBe(0);
    const fidOnly = await whole(
      evaluate(samples, reference.statistics, { extractor: network, metrics: ['fid', 'is'] }),
    );
    expect(fidOnly.result.scores).toEqual({ fid: result.scores.fid, is: expect.anything() as unknown });
  });

  it('takes features that were made elsewhere, batch by batch', async () => {
    const { result } = await whole(
      evaluate(generated, real, { extractor: extractor(), ...all, batch: 50, referenceName: 'made up' }),
    );
    async function* made() {
      for await (const batch of cut(generated, [50])) {
        yield await batchFeatures(extractor(), batch, { batch: 50, range: '[-1, 1]', logits: true });
        batch.dispose();
      }
    }
    const network = extractor();
    const elsewhere = evaluate({ features: made() }, real, {
      ...{ extractor: network, ...all, batch: 50, range: '[-1, 1]', referenceName: 'made up' },
    });
    expect((await whole(elsewhere)).result).toEqual(result);
    expect(network.seen).toBe(300); // the reference alone
  });

  it('warns of few images and is silent with enough', async () => {
    const few = (await whole(evaluate(generated, real, { extractor: extractor(), ...all }))).result;
    expect(few.warnings.join('\n')).toMatch(
      /FID-pixels of 260 images is too high.*\n.*Inception.*\nKID.*260.*\nPrecision.*260.*300/,
    );
    const many = images(3, 5000);
    const options = {
      extractor: extractor(),
      metrics: ['fid', 'is', 'precision-recall'],
      batch: 1000,
      vectors: 1000,
    } as const;
    expect((await whole(evaluate(many, many, options))).result.warnings).toEqual([]);
    many.dispose();
  });
});

describe('evaluate refuses', () => {
  const rejected = (
    samples: Parameters<typeof evaluate>[0],
    options: Partial<EvaluateOptions> = {},
    reference = real,
  ) => expect(whole(evaluate(samples, reference, { extractor: extractor(), ...options }))).rejects;

  it('fewer than two images, and fewer than the metrics need', async () => {
    const one = images(4, 1);
    const five = images(5, 5);
    await rejected(one, { range: '[-1, 1]' }).toThrow(StatisticsError);
    await rejected(one, { range: '[-1, 1]' }).toThrow(/samples has 1 images; at least 2/);
    await rejected(five).toThrow(/samples has 5 vectors; at least 6/);
    await rejected(five, { metrics: ['is'] }).toThrow(/5 vectors; at least 10/);
    tf.dispose([one, five]);
  });

  it('NaN, other ranges and NCHW, in any batch', async () => {
    const bytes = tf.tidy(() => tf.round<tf.Tensor4D>(tf.mul<tf.Tensor4D>(255, tf.abs(generated))));
    const nchw = tf.zeros<tf.Rank.R4>([4, 3, 8, 8]);
    const broken = tf.tidy(() =>
      tf.concat<tf.Tensor4D>([tf.slice(generated, 0, 150), tf.fill<tf.Rank.R4>([1, 2, 3, 1], NaN)], 0),
    );
    await rejected(bytes).toThrow(/range/);
    await rejected(nchw).toThrow(/NCHW/);
    await rejected(broken).toThrow(/NaN/);
    tf.dispose([bytes, nchw, broken]);
  });

  it('batches of different sizes of images', async () => {
    const other = tf.zeros<tf.Rank.R4>([10, 3, 2, 1]);
    async function* mixed() {
      yield await Promise.resolve(tf.clone(generated));
      yield tf.clone(other);
    }
    await rejected(mixed()).toThrow(/shape \[10, 3, 2, 1\] after one of/);
    other.dispose();
  });

  it('unknown metrics, class scores of an extractor without, and pairs with a reference of statistics', async () => {
    await rejected(generated, { metrics: ['fdi' as 'fid'] }).toThrow(/'fdi'; known are 'fid'/);
    await rejected(generated, { metrics: [] }).toThrow(/no name/);
    await rejected(generated, { metrics: ['is'], extractor: { ...extractor(), logitsOf: undefined } }).toThrow(
      /no logits/,
    );
    const statistics = new FeatureStatistics(6, { extractor: 'pixels', layer: 'input' });
    const pairs = evaluate(generated, statistics, { extractor: extractor(), metrics: ['fid', 'kid'] });
    await expect(whole(pairs)).rejects.toThrow(/'kid' compares images with images/);
    const foreign = new FeatureStatistics(6, { extractor: 'inception', layer: 'x' }).add(new Float32Array(600));
    const different = evaluate(generated, foreign, { extractor: extractor(), metrics: ['fid'] });
    await expect(whole(different)).rejects.toThrow(/extractor is 'pixels'.*'inception'/);
  });

  it('to go on after an abort or an early end, and leaves nothing behind', async () => {
    await rejected(cut(generated, [9]), { signal: AbortSignal.abort() }).toThrow(/abort/i);
    const controller = new AbortController();
    const running = evaluate(cut(generated, [64]), real, { extractor: extractor(), signal: controller.signal });
    await running.next();
    controller.abort();
    await expect(whole(running)).rejects.toThrow(/abort/i);
    for (const stopAt of ['features', 'metric'] as const) {
      const stopped: AsyncGenerator<EvaluateEvent, Evaluation> = evaluate(cut(generated, [64]), real, {
        extractor: extractor(),
      });
      for await (const event of stopped) if (event.type === stopAt) break;
    }
  });
});

describe('npzImages', () => {
  it('reads bytes in batches, which evaluate takes', async () => {
    const bytes = Uint8Array.from({ length: 40 * 6 }, (_, i) => (i * 97) % 256);
    const file = writeNpz({ arr_0: { shape: [40, 2, 3, 1], data: bytes } });
    const sizes: number[] = [];
    const values: number[] = [];
    for await (const batch of npzImages(file, { batch: 16 })) {
      sizes.push(batch.shape[0]);
      values.push(...(await batch.data()));
      batch.dispose();
    }
    expect(sizes).toEqual([16, 16, 8]);
    expect(values).toBeAllClose(
      Array.from(bytes, (k) => (2 * k) / 255 - 1),
      { rtol: 0, atol: 1e-7 },
    );
    const { result } = await whole(collectFeatures(extractor(), npzImages(file, { batch: 16 })));
    expect((result satisfies CollectedFeatures).statistics.count).toBe(40);
  });

  it('refuses what is not images', async () => {
    const first = (file: Uint8Array) => npzImages(file).next();
    await expect(first(writeNpz({ mu: { shape: [2], data: Float64Array.of(1, 2) } }))).rejects.toThrow(
      /'arr_0' is not among mu/,
    );
    const flat = writeNpz({ arr_0: { shape: [2, 3], data: new Uint8Array(6) } });
    await expect(first(flat)).rejects.toThrow(/'arr_0' is \|u1 of shape \[2,3\]/);
  });
});
