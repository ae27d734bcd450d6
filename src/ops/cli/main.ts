/** The process of the command line: `bin/lockstep.js` imports this. */
import { runCommandLine } from './program.ts';
import { processTerminal } from './terminal.ts';

// A reader such as `head` may close the pipe early: then no reader is left to print for.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

// A supervisor's channel tells a process when the supervisor is gone; it must not keep a process alive that has ended.
process.channel?.unref();

process.exitCode = await runCommandLine(process.argv.slice(2), processTerminal);
