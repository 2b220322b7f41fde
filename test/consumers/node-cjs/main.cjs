const { createHash } = require('node:crypto');
const { loadPipeline } = require('@diffgan/hub');
const { key } = require('@diffgan/ops');
const { selectBackend } = require('@diffgan/runtime');

async function main() {
  await selectBackend('wasm', { reproducible: true });
  const pipeline = await loadPipeline('fashion-mnist-distil');
  const images = await pipeline.sample({ count: 16, key: key(7) });
  const hash = createHash('sha256').update(new Uint8Array((await images.data()).buffer));
  process.stdout.write(hash.digest('hex'));
}

void main();
