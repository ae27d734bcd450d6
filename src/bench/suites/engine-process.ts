/**
 * The process in which the engine is measured: it starts from compiled code, as a replica does, because a process that
 * had to strip types runs its typed arrays slower ever after. `load` only leaves the compiled code for the next one,
 * `asReplica` measures with code compiled as in a replica, and `onePiece` puts the engine into one piece; the file
 * of recorded orders may follow.
 */
import { enableCompileCache } from 'node:module';
import { compileAsReplica, compileInOnePiece } from '../engine/compiler.ts';

enableCompileCache();
const [, , task, recordedFile] = process.argv;
if (task === 'onePiece') compileInOnePiece();
if (task === 'asReplica') compileAsReplica();
const { runEngineBench, runAsReplica } = await import('./engine.ts');
if (task === 'onePiece') process.send?.(await runEngineBench(recordedFile));
if (task === 'asReplica') process.send?.(await runAsReplica());
