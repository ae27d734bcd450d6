/** The process of the command line: `bin/lockstep.js` imports this. */
import { importByPath } from '../../io/system/imports-by-path.ts';

// A reader such as `head` may close the pipe early: then no reader is left to print for.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

// A supervisor's channel tells a process when the supervisor is gone; it must not keep a process alive that has ended.
process.channel?.unref();

importByPath();
const [{ runCommandLine }, { processTerminal }] = await Promise.all([
  import('./program.ts'),
  import('./terminal.ts'),
]);
process.exitCode = await runCommandLine(process.argv.slice(2), processTerminal);
