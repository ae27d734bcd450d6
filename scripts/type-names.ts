// Finds types that are declared twice, or are called like a value of another file that begins with a capital. The name
// of an exported type is its own in the whole project, so that a reader knows which it is. A type that stays in its
// file may be called like others that stay in theirs, but not like an exported one; in tests and their helpers it may.
import { type Directive, parseSync, type Statement } from 'oxc-parser';
import { isTesting } from './rooms.ts';

interface TypeNames {
  readonly exported: ReadonlySet<string>;
  readonly local: ReadonlySet<string>;
}

/** A sentence for each name that two types have. */
export function repeatedTypesOf(
  files: readonly { readonly path: string; readonly text: string }[],
): string[] {
  const owners = new Map<string, string>();
  const problems: string[] = [];
  const names = files.map(({ path, text }) => ({ path, ...typeNamesOf(path, text) }));
  for (const { path, exported } of names) {
    for (const name of exported) {
      const owner = owners.get(name);
      if (owner === undefined) owners.set(name, path);
      else
        problems.push(
          `${name} is a type of ${owner} and of ${path}: name each for its thing, or declare it once.`,
        );
    }
  }
  for (const { path, local } of names) {
    if (path.startsWith('test/') || isTesting(path)) continue;
    for (const name of local) {
      const owner = owners.get(name);
      if (owner !== undefined)
        problems.push(`${name} in ${path} is a type that ${owner} exports: name it for its thing.`);
    }
  }
  return problems;
}

function typeNamesOf(path: string, text: string): TypeNames {
  const exported = new Set<string>();
  const local = new Set<string>();
  for (const statement of parseSync(path, text).program.body) {
    const isExported = statement.type === 'ExportNamedDeclaration';
    const name = typeNameOf(isExported ? statement.declaration : statement);
    if (name !== undefined) (isExported ? exported : local).add(name);
    if (isExported) for (const value of valuesLikeTypes(statement.declaration)) exported.add(value);
  }
  return { exported, local };
}

function typeNameOf(declaration: Statement | Directive | null): string | undefined {
  switch (declaration?.type) {
    case 'ClassDeclaration':
    case 'TSInterfaceDeclaration':
    case 'TSTypeAliasDeclaration':
      return declaration.id?.name;
    default:
      return undefined;
  }
}

/** Values that are written as types are, such as the words of an enumeration. */
function valuesLikeTypes(declaration: Statement | Directive | null): string[] {
  if (declaration?.type !== 'VariableDeclaration') return [];
  return declaration.declarations.flatMap(({ id }) =>
    id.type === 'Identifier' && /^[A-Z].*[a-z]/.test(id.name) ? [id.name] : [],
  );
}
