import { selectBackend } from '@diffgan/runtime';
import { loadModel } from '@diffgan/unet';

// Prints by how many bytes loading a model raises the highest memory this process ever had: node load-in-node.ts folder backend
const [, , dir, backend] = process.argv;
await selectBackend(backend);
const before = process.memoryUsage().rss;
const model = await loadModel(dir);
const peak = 1024 * process.resourceUsage().maxRSS;
process.stdout.write(JSON.stringify({ extra: peak - before, parameters: model.countParams() }));
process.exit(0);
