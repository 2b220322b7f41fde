import { createRequire } from 'node:module';

const { version: own } = createRequire(import.meta.url)('@diffgan/runs/package.json') as { version: string };

/** Version of this package, which is that of diffgan. */
export const version = own;
