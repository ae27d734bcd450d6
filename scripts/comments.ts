// The rules about comments: their width, vague words, and the tag of hot functions.
import type { Comment } from 'oxc-parser';

/** Widest line of a comment. Code is narrower: the formatter breaks it. */
const columnsMax = 120;
/**
 * What has a name (a client, a replica, a caller) is called by it; what is done has a verb. A process may stand still,
 * and `who` follows the person or party that it means; neither word is used otherwise.
 */
const vagueWords =
  /\b(?:who(?:m)?ever|somebody|someone|nobody|no one|anybody|anyone|everybody|everyone|anew|owed|spoken|told(?! apart| from)|stands?(?!\s[\s*/]*still\b))\b|(?<!\b(?:caller|client|customer|holder|operator|owner|party|people|person|program|reader|signer|stranger|trader|user)s?,?[\s*/]+|`)\bwho\b/i;
const hotTag = '@hot';
/** Many parameters are for functions that may not make an object. */
const manyParameters = /\bbiome-ignore\b.*\buseMaxParams\b/;
const hotInWords = /\bhot path\.?$/i;

type ReportProblem = (offset: number, message: string) => void;

/** Reports what is wrong with the comments of a file. */
export function checkComments(text: string, comments: readonly Comment[], report: ReportProblem): void {
  for (const { start, end, value } of comments) {
    checkWidth(text, start, end, report);
    if (hotInWords.test(value.trim()))
      report(start, `a hot function is tagged ${hotTag}, as the last word of its comment.`);
    if (manyParameters.test(value) && !value.trimEnd().endsWith(hotTag))
      report(
        start,
        `more than five parameters: take an object, or tag the function ${hotTag} in this comment.`,
      );
    const vague = vagueWords.exec(value);
    if (vague !== null) {
      const word = vague[0].toLowerCase();
      report(
        start + 2 + vague.index,
        `"${word}" in a comment: name the replica, client, operator or verb that it means.`,
      );
    }
  }
}

/** Where the declarations begin that are tagged as hot. */
export function hotDeclarations(text: string, comments: readonly Comment[]): Set<number> {
  const starts = new Set<number>();
  for (const { end, value } of comments) {
    if (!value.trimEnd().endsWith(hotTag)) continue;
    const next = text.slice(end).search(/\S/);
    if (next !== -1) starts.add(end + next);
  }
  return starts;
}

function checkWidth(text: string, start: number, end: number, report: ReportProblem): void {
  let from = text.lastIndexOf('\n', start) + 1;
  while (from < end) {
    const newline = text.indexOf('\n', from);
    const to = newline === -1 ? text.length : newline;
    const columns = to - from;
    if (columns > columnsMax) {
      report(
        Math.max(from, start),
        `a line of a comment with ${columns} columns: break it at ${columnsMax}.`,
      );
    }
    from = to + 1;
  }
}
