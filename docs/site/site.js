// The navigation opens where guides stand; the landing page leads to the laboratory, and its button draws.
new MutationObserver((_, observer) => {
  const groups = document.querySelectorAll('#tsd-nav-container > li > details');
  if (groups.length === 0) return;
  observer.disconnect();
  if (!document.querySelector('#tsd-nav-container .current')) groups.forEach((group, i) => (group.open ||= i < 2));
}).observe(document.querySelector('#tsd-nav-container'), { childList: true });

const { src } = document.currentScript;
const laboratory = document.createElement('a');
laboratory.href = new URL('../lab/index.html', src).href;
laboratory.textContent = 'Train in a page';
document.querySelector('.actions')?.append(' ', laboratory);
const button = document.querySelector('#draw');
const state = document.querySelector('#draw-state');
let pipeline;

/** Loads the one file of `@diffgan/hub` and the network beside it, once. */
async function load() {
  const live = new URL('../live/', src).href;
  const { drawOnCanvas, key, loadPipelineInWorker } = await import(`${live}diffgan.js`);
  pipeline ??= await loadPipelineInWorker(`${live}models/fashion-mnist-ddgan`, { dtype: 'float16' });
  return { drawOnCanvas, key };
}

async function draw() {
  button.disabled = true;
  try {
    if (!pipeline) state.textContent = 'loading 1.2 MB …';
    const { drawOnCanvas, key } = await load();
    state.textContent = 'drawing …';
    const seed = crypto.getRandomValues(new Uint32Array(1))[0];
    const began = performance.now();
    const images = await pipeline.sample({ count: 16, key: key(seed) });
    const seconds = (performance.now() - began) / 1000;
    const canvas = document.createElement('canvas');
    await drawOnCanvas(canvas, images, { columns: 4, padding: 1, scale: 4 });
    document.querySelector('#drawing').replaceChildren(canvas);
    state.textContent = `key(${seed}): ${seconds.toFixed(1)} s in your browser`;
    document.querySelector('#drawing-is').textContent = 'Sixteen uncurated samples, drawn in this page.';
    button.textContent = 'Sixteen others';
  } catch (error) {
    state.textContent = String(error?.message ?? error);
  }
  button.disabled = false;
}

if (button) {
  button.hidden = false;
  button.onclick = draw;
}
