/** `lockstep curl` against a server that keeps what it was sent. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { signedHeaders } from '../../../gateway/http/signing.ts';
import { runCommandLine } from '../program.ts';

const secret = 'ab'.repeat(32);

async function gateway(context: TestContext, status = 200, answer = '{"answer":1}') {
  const sent: { method: string; url: string; headers: IncomingHttpHeaders; body: string }[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on('end', () => {
      sent.push({ method: request.method!, url: request.url!, headers: request.headers, body });
      response.writeHead(status, { 'content-type': 'application/json' }).end(answer);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  context.after(() => server.close());
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-'));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  const config = join(folder, 'lockstep.json');
  const key = 'cd'.repeat(32);
  const { port } = server.address() as { port: number };
  const apiKeys = [{ keyId: 'mine', secret, accountIds: [1] }];
  const keys = { operator: key };
  writeFileSync(config, JSON.stringify({ keys, gateway: { port, apiKeys } }), { mode: 0o600 });
  const run = async (...words: string[]) => {
    const out: string[] = [];
    const terminal = {
      print: (text: string) => void out.push(text),
      printError: () => undefined,
      isScreen: false,
    };
    return { code: await runCommandLine(['curl', ...words], terminal), out };
  };
  const curl = (...words: string[]) => run(...words, '--key', 'mine', '--config', config);
  const url = `http://127.0.0.1:${port}`;
  return { sent, curl, run, folder, config, url, operatorToken: key };
}

test('what is signed is what is sent, whatever the path needs', async (context) => {
  const { sent, curl } = await gateway(context);
  const paths = [
    '/v1/orders/by-client-id/a b',
    '/v1/instruments/Ä€/book?depth=1&x=ü "q"',
    '/v1/orders?a=%41&b=/?#part',
    '/v1/orders/{x}|y\\z',
    "/v1/orders/by-client-id/#1%zz'\t^`[]<>",
    '/v1/orders?symbol=a#b\n ',
  ];
  for (const path of paths) {
    assert.equal((await curl('POST', path, '{"text":"ä"}')).code, 0, path);
    const { method, url, headers, body } = sent.at(-1)!;
    assert.equal(
      decodeURIComponent(url.replaceAll('%25', '%2525')),
      decodeURIComponent(path.replace('%zz', '%25zz').replaceAll('%25', '%2525')),
      'it means what was typed',
    );
    assert.match(url, /^[!-~]+$/);
    const named = (name: string): string =>
      String(Object.entries(headers).find(([header]) => header.endsWith(name))?.[1]);
    const expected = signedHeaders('mine', secret, {
      timestamp: named('timestamp'),
      validMs: '30000',
      nonce: named('nonce'),
      method,
      pathWithQuery: url,
      body,
    });
    for (const [name, value] of Object.entries(expected))
      assert.equal(headers[name.toLowerCase()], value, path);
  }
});

test('a request says how long its caller waits', async (context) => {
  const { sent, curl } = await gateway(context);
  assert.equal((await curl('DELETE', '/v1/orders', '--timeout', '700')).code, 0);
  assert.equal(sent[0]!.headers['x-lockstep-valid-ms'], '700');
  assert.equal((await curl('DELETE', '/v1/orders', '--timeout', '0')).code, 2);
  assert.equal(sent.length, 1);
});

test("a key that is named signs what is the operator's too, and the token is sent where none is", async (context) => {
  const { sent, curl, run, config, url, operatorToken } = await gateway(context);
  const path = '/v1/operator/audit';
  assert.equal((await run('GET', path, '--config', config, '--url', url)).code, 0);
  assert.equal(sent[0]!.headers.authorization, `Bearer ${operatorToken}`);
  assert.equal(sent[0]!.headers['x-lockstep-valid-ms'], '30000');
  assert.match(String(sent[0]!.headers['x-lockstep-timestamp']), /^\d{13}$/);
  assert.equal((await curl('GET', path, '--url', url)).code, 0);
  assert.equal(sent[1]!.headers.authorization, undefined);
  assert.equal(sent[1]!.headers['x-lockstep-key'], 'mine');
});

test('the holder of a key needs nothing of the cluster but the address', async (context) => {
  const { sent, run, folder, url } = await gateway(context);
  const file = join(folder, 'mine.secret');
  writeFileSync(file, `${secret}\n`, { mode: 0o600 });
  const config = join(folder, 'alone.json');
  writeFileSync(config, '{}', { mode: 0o600 });
  const words = ['GET', '/v1/orders', '--config', config, '--url', url, '--key', 'mine'];
  assert.equal((await run(...words, '--secret', file)).code, 0);
  assert.equal(sent[0]!.headers['x-lockstep-key'], 'mine');
  assert.equal((await run(...words)).code, 1, 'without the secret, a data folder must have it');
});

test('what is public is read without a key where none is known, and no order is sent so', async (context) => {
  const { sent, run, folder, url } = await gateway(context);
  const config = join(folder, 'alone.json');
  writeFileSync(config, '{}', { mode: 0o600 });
  const where = ['--config', config, '--url', url];
  assert.equal((await run('GET', '/v1/status', ...where)).code, 0);
  assert.deepEqual(
    Object.keys(sent[0]!.headers).filter((name) => /lockstep|authorization/.test(name)),
    [],
  );
  assert.notEqual((await run('POST', '/v1/orders', '{}', ...where)).code, 0);
  assert.notEqual((await run('GET', '/v1/status', ...where, '--key', 'mine')).code, 0);
  assert.equal(sent.length, 1);
  const refusing = await gateway(context, 401);
  const { code, out } = await refusing.run('GET', '/v1/orders', '--config', refusing.config, '--json');
  assert.equal(code, 1);
  assert.match(JSON.parse(out[0]!).error, /answered 401 .*asked without a key.*--key.*--secret/);
});

test('a request that would mean something else than what was typed is refused', async (context) => {
  const { sent, curl } = await gateway(context);
  const refused = [
    ['GET', '/v1/orders/by-client-id/..'],
    ['GET', '/v1/orders/by-client-id/%2e%2E'],
    ['GET', '/v1/./orders'],
    ['GET', 'v1/orders'],
    ['GET', '/v1/orders', '{}'],
    ['GET', '/v1/orders', '--url', 'http://127.0.0.1:1/path'],
    ['GET', '/v1/orders', '--url', 'http://127.0.0.1:1#part'],
    ['GET', '/v1/orders', '--url', '127.0.0.1:1'],
  ];
  for (const words of refused) assert.equal((await curl(...words)).code, 2, words.join(' '));
  assert.equal(sent.length, 0);
  assert.equal((await curl('GET', '/v1/orders?')).code, 0);
  assert.equal(sent[0]!.url, '/v1/orders');
});

test('the command line for curl asks the same: a body is no name of a file, and HEAD has none', async (context) => {
  const { curl } = await gateway(context);
  const shown = async (...words: string[]) => (await curl(...words, '--show')).out.join('');
  const head = await shown('HEAD', '/v1/instruments');
  assert.match(head, /^curl --head 'http/);
  assert.match(await shown('POST', '/v1/orders', '@/etc/passwd'), /--data-raw '@\/etc\/passwd'/);
  const secure = await shown('GET', '/v1/orders', '--url', 'https://edge.example', '--ca', '/ca.pem');
  assert.match(secure, /--tlsv1\.3 .*--cacert '\/ca\.pem'/s);
});

test('with --json the answer and its status are one object, also where it is a refusal', async (context) => {
  const good = await (await gateway(context)).curl('GET', '/v1/orders', '--json');
  assert.deepEqual(
    good.out.map((line) => JSON.parse(line)),
    [{ ok: true, status: 200, body: { answer: 1 } }],
  );
  const bad = await (await gateway(context, 409)).curl('GET', '/v1/orders', '--json');
  assert.equal(bad.code, 1);
  const error = 'The gateway answered 409 Conflict.';
  assert.deepEqual(
    bad.out.map((line) => JSON.parse(line)),
    [{ ok: false, error, status: 409, body: { answer: 1 } }],
  );
});

test('where the secret of a file may be a former one, the refusal says how to name the next one', async (context) => {
  const refusal = JSON.stringify({ error: { code: 'wrongSignature', message: 'It is wrong.', hint: '' } });
  const { curl, run, folder, config, url } = await gateway(context, 401, refusal);
  const errorOf = ({ out }: { readonly out: readonly string[] }): string =>
    (JSON.parse(out.join('')) as { readonly error: string }).error;
  assert.match(
    errorOf(await curl('GET', '/v1/orders', '--json')),
    /^The gateway .* "mine" .*keys rotate.*--secret/,
  );
  const file = join(folder, 'mine.secret');
  writeFileSync(file, secret, { mode: 0o600 });
  const plain = 'The gateway answered 401 Unauthorized.';
  assert.equal(errorOf(await curl('GET', '/v1/orders', '--json', '--secret', file)), plain);
  const operator = ['GET', '/v1/operator/audit', '--url', url, '--config', config, '--json'];
  assert.equal(errorOf(await run(...operator)), plain);
});
