/** Which Node the client runs on: an older one cannot tell how a certificate was signed, and would blame the file. */

/** Major and minor; `engines` of the package says the same. */
export const oldestNode = [24, 9] as const;

/** What is wrong with this version of Node; undefined where it is new enough. */
export function oldNodeProblem(version: string): string | undefined {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [oldestMajor, oldestMinor] = oldestNode;
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return undefined;
  return `The client needs Node ${oldestNode.join('.')} or newer, and this is ${version}: run the program on a newer one.`;
}
