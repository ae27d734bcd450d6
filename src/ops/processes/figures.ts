/** Figures for Prometheus that are read from what a process knows of itself whenever they are asked for. */
import { Counter, Gauge, type Registry } from '@prometheus-io/client';

type Labels = Readonly<Record<string, string | number>>;

export interface FigureSource<Subject> {
  /** What all names begin with. */
  readonly prefix: string;
  readonly labelNames: readonly string[];
  /** What there is now to give a figure of, each with its labels. */
  subjects(): Iterable<readonly [Labels, Subject]>;
}

type AddFigure<Subject> = (name: string, help: string, value: (now: Subject) => number) => void;

export interface FigureAdders<Subject> {
  readonly gauge: AddFigure<Subject>;
  readonly counter: AddFigure<Subject>;
}

/** What adds figures of a source to a registry. */
export function figuresOf<Subject>(
  registry: Registry,
  { prefix, labelNames, subjects }: FigureSource<Subject>,
): FigureAdders<Subject> {
  const settings = (name: string, help: string) => ({
    name: `${prefix}_${name}`,
    help,
    labelNames: [...labelNames],
    registers: [registry],
  });
  return {
    gauge(name, help, value) {
      new Gauge({
        ...settings(name, help),
        collect() {
          this.reset();
          for (const [labels, now] of subjects()) this.set(labels, value(now));
        },
      });
    },
    counter(name, help, value) {
      new Counter({
        ...settings(name, help),
        collect() {
          this.reset();
          for (const [labels, now] of subjects()) this.inc(labels, value(now));
        },
      });
    },
  };
}
