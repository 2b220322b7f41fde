import { createRequire } from 'node:module';

const { version: own } = createRequire(import.meta.url)('diffgan/package.json') as { version: string };

/** Version of this package. */
export const version = own;
