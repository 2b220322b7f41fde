#!/usr/bin/env node
import { CommanderError } from 'commander';
import { Interrupted, UsageError } from '@diffgan/runs/errors';
import { program } from './program/program.ts';
import { interruptible } from './terminal/interrupt.ts';
import { Terminal } from './terminal/terminal.ts';

try {
  await interruptible((signal) => program(signal).parseAsync());
  process.exit(process.exitCode ?? 0); // idle worker threads of a backend must not keep the command alive
} catch (error) {
  if (!(error instanceof Error)) throw error;
  // Help, the version and what the command line got wrong have been printed.
  if (error instanceof CommanderError) process.exit(error.exitCode === 0 ? 0 : 2);
  const terminal = new Terminal(true);
  terminal.say(error instanceof Interrupted ? `\n${error.message}` : `\nError: ${error.message}`);
  if (process.env.DIFFGAN_DEBUG !== undefined) terminal.say(String(error.stack));
  process.exit(exitCode(error));
}

function exitCode(error: Error): number {
  if (error instanceof Interrupted) return 130;
  return error instanceof UsageError ? 2 : 1;
}
