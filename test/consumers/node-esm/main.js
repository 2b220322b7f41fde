import { draw } from '../draw.js';

process.stdout.write(await draw());
