import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { format } from 'prettier';
import { curveCharts } from './curve-charts.ts';
import { report } from './report.ts';
import type { Results } from './results.ts';

/** What does not depend on the run: how it is measured. */
const introduction = `# Performance

<!-- Written by \`npm run bench -- --docs\`; edit bench/write-docs.ts instead. -->

Time and memory of this project beside PyTorch, by one command; the line above the tables says in how many runs:

    npm run bench -- --install-pytorch       # once: into the cache, 2 GB to download, 3 GB on disk
    npm run bench -- --install-onnxruntime   # once
    npm run bench -- --docs --json bench.json

The reference network is a U-Net of 1 623 169 parameters: \`ddpmUnet\` with base 32, multipliers 1, 2, 2, two residual blocks a level,
attention at 14×14, images of 28×28×1. A training step is forward, mean squared error, backward and Adam on one batch. PyTorch runs the
same network eagerly (NCHW, \`torch.optim.Adam\` as it is, inference mode where there is no gradient) with one thread per core; before
anything is timed, every column loads the same weights, and its output, a gradient and the losses of three steps must agree to 1e-4.
In bfloat16 PyTorch has autocast, and as rounding differs between two libraries, results may be 5 % apart there.
Sampling includes the drawing of all noise on both sides. Compiled graphs that are only run hold their weights as constants; "1 thread" is
\`TF_NUM_INTRAOP_THREADS=1\` in the environment, which spares one image the threads' waiting for each other.

The Fréchet distance is compared on the same features with numpy's covariances and scipy's \`sqrtm\` of their product, the way of
pytorch-fid, which uses all cores; so do this project's statistics on the native backend, all else is one thread of WebAssembly.

Every column computes in a process of its own. The processes take turns, A, B, C, A, B, C, …, and wait while another one measures;
a ratio is the median over the rounds of (ours / PyTorch's in the same round). Compiling and runs to warm up come before. The machine
must have nothing else to do: PyTorch's threads wait for each other in loops, and become many times slower where they share cores.
`;

/** Writes docs/performance.md and docs/performance/*.svg. */
export async function writeDocs(results: Results): Promise<void> {
  const docs = fileURLToPath(new URL('../docs', import.meta.url));
  const charts = curveCharts(results.measurements);
  if (charts.length > 0) mkdirSync(join(docs, 'performance'), { recursive: true });
  for (const { name, svg } of charts) writeFileSync(join(docs, 'performance', `${name}.svg`), svg);
  const images = charts.map(({ name, title }) => `![${title}](performance/${name}.svg)`).join('\n\n');
  const page = [introduction, report(results), images].filter(Boolean).join('\n');
  writeFileSync(
    join(docs, 'performance.md'),
    await format(page, { parser: 'markdown', printWidth: 120, singleQuote: true }),
  );
}
