/** The files that are made from what is declared: the published schema of `lockstep.json`, and the checks. */
import { statusAnswers } from '../clients/status-answer.ts';
import { publishedSchema, schemaFileName } from '../configuration/configuration.ts';
import { madeCheckFile } from '../json/testing/made-check-file.ts';
import { reportsSchema } from '../notify/report-schemas.ts';
import { bodiesSchema } from '../operator-orders/order-bodies.ts';
import { answersSchema } from '../orders/control-answers.ts';
import { standingFiles } from '../standing/standing-files.ts';
import { folderFiles } from '../supervisor/folder-files.ts';

/** Their texts, by their paths in the project. */
export function schemaFiles(): Readonly<Record<string, string>> {
  const published = publishedSchema();
  return {
    [schemaFileName]: `${JSON.stringify(published, undefined, 2)}\n`,
    'src/ops/configuration/generated/file-check.ts': madeCheckFile('the keys of lockstep.json', published),
    'src/ops/operator-orders/generated/body-check.ts': madeCheckFile(
      'the bodies at the control port',
      bodiesSchema.json,
    ),
    'src/ops/clients/generated/status-check.ts': madeCheckFile(
      'what replicas say of themselves',
      statusAnswers.json,
    ),
    'src/ops/supervisor/generated/folder-check.ts': madeCheckFile(
      'the files of a data folder',
      folderFiles.json,
    ),
    'src/ops/standing/generated/standing-check.ts': madeCheckFile(
      'what processes and drills keep in a data folder',
      standingFiles.json,
    ),
    'src/ops/orders/generated/answer-check.ts': madeCheckFile(
      'what control ports answer',
      answersSchema.json,
    ),
    'src/ops/notify/generated/report-check.ts': madeCheckFile(
      'what processes report to replicas',
      reportsSchema.json,
    ),
  };
}
