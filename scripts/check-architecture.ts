// Whether the packages import each other only as the house allows, no files in circles, none too long.
import { architectureFaults } from './architecture.ts';

const faults = architectureFaults(process.cwd());
for (const fault of faults) console.log(fault);
console.log(faults.length === 0 ? 'the house stands' : `${faults.length} faults; CONTRIBUTING.md draws the arrows`);
process.exitCode = faults.length === 0 ? 0 : 1;
