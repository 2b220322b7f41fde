import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { format } from 'prettier';
import { markdownTable } from './markdown-table.ts';
import type { NetworkSize, OverlapRound, ProcessesResults } from './processes-results.ts';
import { efficiency, type Link, linkOf, ringSeconds, type Spread } from './scale-model.ts';
import { median } from './statistics.ts';

const page = fileURLToPath(new URL('../docs/scale.md', import.meta.url));
const [BEGIN, END] = [
  '<!-- Written by `npm run bench:processes`; edit bench/scale-docs.ts instead. -->',
  '<!-- The end of what is written. -->',
];

/**
 * Published figures. NVIDIA A100 Tensor Core GPU datasheet: 156 TFLOPS in TF32, dense, and 600 GB/s NVLink, both directions together; NVIDIA DGX A100
 * datasheet: a ConnectX-6 adapter of 200 Gb/s InfiniBand beside each GPU.
 */
const a100 = { multiplications: 156e12 / 2, nvlink: 300e9, infiniband: 25e9 };
/** Assumed, not measured: what a convolutional network reaches of an accelerator, and what a message of a fast network takes. */
const assumed = { utilisation: 0.25, latency: 10e-6, overlap: 0.5 };
const ranks = [8, 16, 32, 64, 128, 256, 512, 1024];

const fixed = (value: number, digits: number) => value.toFixed(digits);
const percent = (share: number) => `${Math.round(100 * share)} %`;
const bytesOf = (floats: number) =>
  floats >= 250_000 ? `${fixed((4 * floats) / 1e6, 1)} MB` : `${(4 * floats) / 1000} kB`;

/** The figures of docs/scale.md: what was measured, and what follows of it for more accelerators. */
export function scaleFigures(results: ProcessesResults): string {
  return [measured(results), ...measuredOverlap(results), networksTable(results.networks), ...model(results)].join(
    '\n\n',
  );
}

/** Writes them into the page. */
export async function writeScaleDocs(results: ProcessesResults): Promise<void> {
  const text = readFileSync(page, 'utf8');
  const [from, to] = [text.indexOf(BEGIN), text.indexOf(END)];
  if (from < 0 || to < from) throw new Error(`${page} has no place for the figures, between ${BEGIN} and ${END}`);
  const whole = `${text.slice(0, from)}${BEGIN}\n\n${scaleFigures(results)}\n\n${text.slice(to)}`;
  writeFileSync(page, await format(whole, { parser: 'markdown', printWidth: 160, singleQuote: true }));
}

function measured(results: ProcessesResults): string {
  const { machine, load, commit, sums, steps, together, drawNanoseconds, networks } = results;
  const sizes = [...new Set(sums.map(({ floats }) => floats))];
  const counts = [...new Set(sums.map((sum) => sum.ranks))];
  const time = (floats: number, count: number) =>
    sums.find((sum) => sum.floats === floats && sum.ranks === count)!.milliseconds;
  const sumTable = markdownTable(
    ['gradient', ...counts.map((count) => `${count} processes`)],
    sizes.map((floats) => [bytesOf(floats), ...counts.map((count) => `${fixed(time(floats, count), 1)} ms`)]),
  );
  const stepTable = markdownTable(
    ['batch', 'a step', 'an example'],
    steps.map(({ batch, milliseconds }) => [
      String(batch),
      `${fixed(milliseconds, 0)} ms`,
      `${fixed(milliseconds / batch, 2)} ms`,
    ]),
  );
  const { processes, batch, rounds } = together;
  const ratios = rounds.map(({ one, many }) => many / one);
  const processor = median(rounds.map(({ oneProcessor, manyProcessor }) => manyProcessor / oneProcessor));
  const { draws } = networks[0];
  const one = median(rounds.map((round) => round.one));
  const drawnShare = (100 * draws * batch * drawNanoseconds) / 1e9 / one;
  return `**Measured**: ${machine}, commit ${commit}. ${load ?? 'The machine did nothing else.'} A sum of 32-bit floats between processes of one thread, median of ten:

${sumTable}

A training step of the reference U-Net (1.6 M parameters) in one process with a thread for each core:

${stepTable}

${processes} processes of one thread beside one process of ${processes} threads, batch ${batch}, in turns, ${rounds.length} rounds: time per step
${fixed(median(ratios), 2)} times that of one process (${fixed(Math.min(...ratios), 2)} to ${fixed(Math.max(...ratios), 2)}), time of the processor
${fixed(processor, 2)} times; the sums take ${fixed(100 * median(rounds.map(({ share }) => share)), 1)} % of a step. A normal number takes ${fixed(drawNanoseconds, 0)} ns to draw: the noise of all rows is ${fixed(drawnShare, 2)} % of a step of one
process, and each of ${processes} draws its part of that.`;
}

/** What sums beside the computation would save, and why they come after it. */
function measuredOverlap({ overlap }: ProcessesResults): string[] {
  if (!overlap) return [];
  const { commit, load = 'The machine did nothing else.', processes, batch, floats, rounds } = overlap;
  const middle = (of: (round: OverlapRound) => number) => median(rounds.map(of));
  const [alone, after, beside] = [middle((r) => r.alone), middle((r) => r.after), middle((r) => r.beside)];
  const saved = middle((round) => (round.after - round.beside) / round.after);
  return [
    `Sums beside the computation, commit ${commit}. ${load} By ${processes} processes of one thread with ${batch / processes} rows each, medians of ${rounds.length} steps in turns: a step without a
sum takes ${fixed(alone, 0)} ms, with a sum of ${bytesOf(floats)} after it ${fixed(after, 0)} ms, and with the sum beside all of it ${fixed(beside, 0)} ms. That saves ${fixed(100 * saved, 1)} % of a step,
median of the same steps.`,
  ];
}

const networksTable = (networks: readonly NetworkSize[]): string =>
  `Counted: what a step computes and sends, for the batch that an accelerator has here.

${markdownTable(
  ['network', 'parameters', 'a gradient', 'multiplications for an example', 'normal numbers for an example', 'batch'],
  networks.map(({ name, parameters, multiplications, draws, batch }) => [
    ...[name, `${fixed(parameters / 1e6, 1)} M`, bytesOf(parameters), `${fixed(multiplications / 1e9, 1)} G`],
    ...[String(draws), String(batch)],
  ]),
)}`;

function model(results: ProcessesResults): string[] {
  const { networks } = results;
  const here = linkOf(results);
  const speed = assumed.utilisation * a100.multiplications;
  const fast: Link = { bandwidth: a100.infiniband, latency: assumed.latency };
  const table = (spread: Spread) =>
    markdownTable(
      ['network', ...ranks.map(String)],
      networks.map((network) => [network.name, ...ranks.map((count) => percent(efficiency(network, count, spread)))]),
    );
  const inGroups = ({ parameters }: NetworkSize) =>
    ringSeconds(parameters / 8, 128, fast) + ringSeconds(parameters, 8, { ...fast, bandwidth: a100.nvlink });
  const large = networks[networks.length - 1];
  const flat = ringSeconds(large.parameters, 1024, fast);
  const [groupedSmall, grouped] = [inGroups(networks[0]), inGroups(large)];
  return [
    `**Modelled**, not measured: efficiency is the time of a step alone over that of a step of P, each with the batch above. A ring takes 2 (P − 1) (α + n/(P B)) for n
bytes, after the backward pass. The noise, of its own rows, that each process draws is not counted. Published: an A100 does 156 TFLOPS in TF32 and sends 300 GB/s by NVLink each way (NVIDIA's A100 datasheet); beside each is an InfiniBand
adapter of 200 Gb/s, 25 GB/s (NVIDIA's DGX A100 datasheet). Assumed: a quarter of the TFLOPS is reached, and a message takes ${1e6 * assumed.latency} µs.`,
    `As it stands, with what gRPC does here (α = ${fixed(1000 * here.latency, 2)} ms, B = ${fixed(here.bandwidth / 1e9, 2)} GB/s):`,
    table({ link: here, speed }),
    'If sums went over NCCL and InfiniBand:',
    table({ link: fast, speed }),
    `And if gradients were sent as bfloat16, under half of the computation:`,
    table({ link: fast, speed, bytes: 2, overlap: assumed.overlap }),
    `A flat ring of 1024 sends 2046 messages one after another, which take ${fixed(1000 * flat, 0)} ms with the gradient of the U-Net of 114 M, and
${fixed(1000 * ringSeconds(networks[0].parameters, 1024, fast), 0)} ms with that of the smallest network. Rings of the eight GPUs of a machine by NVLink, and between the
GPUs of the same number of 128 machines, take ${fixed(1000 * grouped, 0)} ms and ${fixed(1000 * groupedSmall, 0)} ms.`,
  ];
}
