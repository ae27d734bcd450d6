/** What `lockstep doctor` finds, and in which order it says so. */

/** `unknown`: it cannot be seen from here, or not yet. */
export type Grade = 'good' | 'unknown' | 'warning' | 'wrong';

export interface Diagnosis {
  readonly check: string;
  readonly grade: Grade;
  /** What was found. */
  readonly text: string;
  /** What to do; empty where nothing is to be done. */
  readonly remedy: string;
}

export function good(check: string, text: string): Diagnosis {
  return { check, grade: 'good', text, remedy: '' };
}

export function unknown(check: string, text: string, remedy = ''): Diagnosis {
  return { check, grade: 'unknown', text, remedy };
}

export function warning(check: string, text: string, remedy: string): Diagnosis {
  return { check, grade: 'warning', text, remedy };
}

export function wrong(check: string, text: string, remedy: string): Diagnosis {
  return { check, grade: 'wrong', text, remedy };
}
