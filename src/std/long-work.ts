/**
 * What a thread may take long for although nothing hangs: loading a state, an operator's order, a call of the disk. The
 * thread that watches it learns when such a work begins and ends.
 */
export interface LongWorks {
  showLongWork(begins: boolean): void;
}

export function workLong<T>(works: LongWorks, work: () => T): T {
  works.showLongWork(true);
  try {
    return work();
  } finally {
    works.showLongWork(false);
  }
}
