import { draw } from '../draw.js';

document.title = await draw();
