/** Results that add up: a file with a piece in each line, so that what was interrupted goes on where it was. */
import { appendFileSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Account } from '../lab/agent-orders.ts';
import type { Scenario, ScenarioPiece, StrikeFigures } from './piece.ts';

export class Results {
  readonly #file: string;
  readonly #pieces: ScenarioPiece[] = [];

  constructor(file: string) {
    this.#file = file;
    for (const line of linesOf(file)) this.#pieces.push(JSON.parse(line) as ScenarioPiece);
  }

  get isEmpty(): boolean {
    return this.#pieces.length === 0;
  }

  add(piece: ScenarioPiece): void {
    mkdirSync(dirname(this.#file), { recursive: true });
    appendFileSync(this.#file, `${JSON.stringify(piece)}\n`);
    this.#pieces.push(piece);
  }

  strikesOf(name: string): readonly StrikeFigures[] {
    return this.#scenariosOf(name).flatMap(({ strikes }) => strikes);
  }

  /** Why it has not passed each time. */
  problemsOf(name: string): readonly string[] {
    return this.#pieces.flatMap(({ scenarios, problems }) => {
      const scenario = scenarios.find((each) => each.name === name);
      return scenario === undefined ? [] : [...scenario.problems, ...problems];
    });
  }

  /** Of the machine, at the end of each piece. */
  loads(): readonly number[] {
    return loadsOf(this.#pieces);
  }

  /** Of the pieces in which a scenario was made. */
  loadsAt(name: string): readonly number[] {
    return loadsOf(this.#pieces.filter(({ scenarios }) => scenarios.some((each) => each.name === name)));
  }

  accounts(): readonly Account[] {
    return this.#pieces.flatMap(({ account }) => account ?? []);
  }

  #scenariosOf(name: string): readonly Scenario[] {
    return this.#pieces.flatMap(({ scenarios }) => scenarios.filter((scenario) => scenario.name === name));
  }
}

function loadsOf(pieces: readonly ScenarioPiece[]): number[] {
  return pieces.flatMap(({ load }) => load ?? []);
}

/** Without the half line of a run that was killed while it wrote. */
function linesOf(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split('\n').slice(0, -1);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
