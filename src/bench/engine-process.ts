/**
 * The process in which the engine is measured: it starts from compiled code, as a replica does, because a process that
 * had to strip types runs its typed arrays slower ever after. `load` only leaves the compiled code for the next one.
 */
import { enableCompileCache } from 'node:module';
import { compileInOnePiece } from '../io/compiler.ts';

enableCompileCache();
compileInOnePiece();
const { runEngineBench } = await import('./engine.ts');
if (process.argv[2] !== 'load') process.send?.(await runEngineBench());
