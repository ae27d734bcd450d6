/** Holds what a gateway answers to the documentation that it publishes. */
import assert from 'node:assert/strict';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';

interface Operation {
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, object>> }>>;
}
export interface OpenApiDocument {
  readonly openapi: string;
  readonly info: { readonly description: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, object>> };
}

const documentId = 'published';

export class Published {
  readonly #operations: { readonly place: RegExp; readonly operation: Operation; readonly at: string }[] = [];
  readonly #validators = new Map<string, ValidateFunction>();
  readonly #ajv: Ajv2020;
  /** Answers that have not been checked yet, each as method, path and status. */
  readonly #unseen = new Set<string>();

  constructor(document: OpenApiDocument) {
    // What a schema does not name must not be there.
    this.#ajv = new Ajv2020({ strict: false, allErrors: true });
    this.#ajv.addSchema(closed(document) as object, documentId);
    for (const [path, methods] of Object.entries(document.paths)) {
      const pattern = path.replaceAll('.', '\\.').replaceAll(/\{[A-Za-z]+\}/g, '[^/]+');
      for (const [method, operation] of Object.entries(methods)) {
        const at = `#/paths/${path.replaceAll('/', '~1')}/${method}/responses`;
        const place = new RegExp(`^${method} ${pattern}$`, 'i');
        this.#operations.push({ place, operation, at: encodeURI(at) });
        for (const status of Object.keys(operation.responses))
          if (status !== '5XX') this.#unseen.add(`${at} ${status}`);
      }
    }
  }

  /** What the documentation names and no answer has been so far, but for failures of the gateway and behind it. */
  get unseen(): readonly string[] {
    return [...this.#unseen];
  }

  /** Throws unless the answer is one that the documentation names; what is not documented is not looked at. */
  check(method: string, path: string, status: number, body: unknown): void {
    const name = `${method} ${path.split('?', 1)[0]}`;
    // A fixed path comes before one with a parameter.
    const found = this.#operations.find(({ place }) => place.test(name));
    if (found === undefined) return;
    const { responses } = found.operation;
    const range = `${Math.floor(status / 100)}XX`;
    const key = Object.hasOwn(responses, status) ? String(status) : range;
    assert.ok(Object.hasOwn(responses, key), `${name} is not documented to answer ${status}`);
    this.#unseen.delete(`${decodeURI(found.at)} ${key}`);
    if (responses[key]?.content === undefined) return;
    const validate = this.#validatorOf(`${found.at}/${key}/content/application~1json/schema`);
    const errors = validate(body) ? '' : this.#ajv.errorsText(validate.errors);
    assert.equal(errors, '', `${name} answers ${status} as documented: ${JSON.stringify(body)}`);
  }

  #validatorOf(at: string): ValidateFunction {
    const known = this.#validators.get(at);
    if (known !== undefined) return known;
    const made = this.#ajv.compile({ $ref: `${documentId}${at}` });
    this.#validators.set(at, made);
    return made;
  }
}

/** The same schemas, in which an object has no properties but those that are named. */
function closed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(closed);
  if (typeof value !== 'object' || value === null) return value;
  const copy = Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, closed(inner)]));
  const isOpen = copy['type'] === 'object' && 'properties' in copy && !('additionalProperties' in copy);
  return isOpen ? { ...copy, additionalProperties: false } : copy;
}
