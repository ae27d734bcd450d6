/** On what kind of machine figures were measured: enough to compare like with like, nothing that names a place. */
import { cpus, totalmem } from 'node:os';

const model = (cpus()[0]?.model ?? 'unknown processor').replaceAll(/\s+/g, ' ').trim();
const cores = cpus().length;
const nodeMajor = process.versions.node.split('.')[0]!;
const bytesPerGigabyte = 2 ** 30;

export const machine = {
  processor: model,
  cores,
  memoryGigabytes: Math.round(totalmem() / bytesPerGigabyte),
  node: process.version,
} as const;

/** Processor, cores and Node's major version, as a file name. */
export const machineKind = `${model} ${cores} cores Node ${nodeMajor}`
  .toLowerCase()
  .replaceAll(/\((?:r|tm)\)/g, '')
  .replaceAll(/[^a-z0-9.]+/g, '-');

export const machineText = `${model}, ${cores} cores, ${machine.memoryGigabytes} GiB, Node ${process.version}`;
