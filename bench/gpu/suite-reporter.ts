import type { Reporter, TestCase, TestModule } from 'vitest/node';

/** A line of this reporter. */
export interface SuiteLine {
  state: string;
  test: string;
  why?: string;
}

const say = (line: SuiteLine): void => void process.stdout.write(`${JSON.stringify(line)}\n`);

/** Tells of each test as soon as it has ended, a line of JSON each: what is cut short has told what it found until then. */
export default class SuiteReporter implements Reporter {
  onTestCaseResult(test: TestCase): void {
    const { state, errors } = test.result();
    say({ state, test: `${test.module.relativeModuleId}: ${test.fullName}`, why: errors?.[0]?.message });
  }

  onTestModuleEnd(module: TestModule): void {
    for (const { message } of module.errors()) say({ state: 'failed', test: module.relativeModuleId, why: message });
  }

  onTestRunEnd(_modules: readonly TestModule[], errors: readonly { message: string }[]): void {
    for (const { message } of errors) say({ state: 'failed', test: 'outside of the tests', why: message });
  }
}
