import { setupTensorflow } from './setup.ts';

// From a fresh clone to pictures: native TensorFlow where this machine can have it, then the quickstart with whatever was asked of it.
const controller = new AbortController();
const stop = () => controller.abort(new Error('interrupted'));
process.once('SIGINT', stop);
await setupTensorflow(controller.signal);
process.off('SIGINT', stop);
process.argv.splice(2, 0, 'quickstart');
await import('../packages/cli/src/main.ts');
