export { selectBackend } from './select-backend.ts';
