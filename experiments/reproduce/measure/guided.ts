import { type DirectedMoments, directedMoments } from '@diffgan/fid';
import { pointsOf, scatterPlot } from '@diffgan/records';
import { openPipeline, toyMixture } from '@diffgan/runs';
import type { GuidedOf, GuidedValues } from '../../measurement.ts';
import { allOf, drawInParts } from '../draw-in-parts.ts';
import type { Workplace } from '../workplace.ts';
import { partsOf } from './drawn.ts';
import type { Measured, Place } from './measured.ts';

type Point = readonly [x: number, y: number];

const { means, std } = toyMixture({ name: 'three-gaussians', count: 1 });
/** Side of the square on which the density is summed, and of its cells. */
const [REACH, CELL] = [5, 0.05];

/** Moments of guided points of three classes, beside those of the density that guidance aims at. */
export async function measureGuided(
  measurement: Omit<GuidedOf, 'of' | 'name'>,
  { run, guide: classifier, folder }: Place,
  place: Workplace,
): Promise<Measured<'guided'>> {
  const { sampling } = measurement;
  const pipeline = await openPipeline(run, { sampling, classifier });
  const job = partsOf(folder, measurement, true);
  try {
    await drawInParts(job, pipeline, place);
  } finally {
    pipeline.dispose();
  }
  const samples = await allOf(job);
  try {
    const points = await pointsOf(samples);
    const all = means.map((_, label) => directedMoments(points.filter((__, i) => i % means.length === label), means[label])); // prettier-ignore
    const average = (of: keyof DirectedMoments) => all.reduce((sum, one) => sum + one[of], 0) / all.length;
    const values: GuidedValues = {
      ...{ mean: average('mean'), along: average('along'), across: average('across') },
      density: guidedMoments(sampling.guidance ?? 0),
      own: points.filter((point, i) => nearest(point) === i % means.length).length / points.length,
    };
    return { values, files: { 'points.svg': scatterPlot(points.slice(0, 1500)) } };
  } finally {
    samples.dispose();
  }
}

const squared = ([x, y]: Point, [a, b]: readonly number[]) => (x - a) ** 2 + (y - b) ** 2;

const nearest = (point: Point): number => {
  const all = means.map((mean) => squared(point, mean));
  return all.indexOf(Math.min(...all));
};

/** Moments of p(x | c) p(c | x)^w by quadrature; by symmetry those of all classes are equal. */
function guidedMoments(w: number): DirectedMoments {
  const side = Array.from({ length: Math.round((2 * REACH) / CELL) + 1 }, (_, i) => -REACH + i * CELL);
  const cells = side.flatMap((x) => side.map((y): Point => [x, y]));
  const weights = cells.map((point) => {
    const likelihoods = means.map((mean) => Math.exp(-squared(point, mean) / (2 * std ** 2)));
    const total = likelihoods.reduce((sum, p) => sum + p, 0);
    return total === 0 ? 0 : likelihoods[0] * (likelihoods[0] / total) ** w;
  });
  return directedMoments(cells, means[0], weights);
}
