import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import S3rver from 's3rver';
import { readChains } from '../chains.ts';
import { everything } from '../replay.ts';
import { restore } from '../restore.ts';
import { Shipper } from '../shipper.ts';
import { historyClusterId, SampleHistory } from '../testing/history.ts';
import { keepsThePromisesOfTargets } from '../testing/target-promises.ts';
import { ObjectStoreTarget } from './object-store.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
/** What s3rver lets in. */
const credentials = { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' };

async function newStore(t: TestContext): Promise<string> {
  const directory = mkdtempSync(join(tmpdir(), 'lockstep-s3-'));
  const configureBuckets = [{ name: 'backups' }];
  const server = new S3rver({ port: 0, address: '127.0.0.1', silent: true, directory, configureBuckets });
  const { port } = await server.run();
  t.after(async () => {
    await server.close();
    rmSync(directory, { recursive: true, force: true });
  });
  return `http://127.0.0.1:${port}`;
}

const targetAt = (endpoint: string, changes: object = {}): ObjectStoreTarget =>
  new ObjectStoreTarget({
    ...{ endpoint, region: 'us-east-1', bucket: 'backups', prefix: 'lockstep/', ...credentials },
    ...changes,
  });

keepsThePromisesOfTargets(async (t) => targetAt(await newStore(t)));

/** A server in the place of a store. */
async function newStandIn(t: TestContext, listener: RequestListener): Promise<ObjectStoreTarget> {
  const server = createServer(listener);
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  t.after(() => server.close());
  return targetAt(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
}

test('a list of several pages is whole', async (t) => {
  const pages = [
    '<IsTruncated>true</IsTruncated><NextContinuationToken>a&amp;b=</NextContinuationToken>',
    '<IsTruncated>false</IsTruncated>',
  ];
  const target = await newStandIn(t, ({ url = '' }, reply) => {
    const token = new URL(url, 'http://store').searchParams.get('continuation-token');
    const page = token === null ? 0 : token === 'a&b=' ? 1 : 9;
    const entry = `<Contents><Key>lockstep/a/${page}</Key><LastModified>x</LastModified><Size>${page}</Size></Contents>`;
    reply.end(`<ListBucketResult>${entry}${pages[page]}</ListBucketResult>`);
  });
  assert.deepEqual(await target.list('a/'), [
    { name: 'a/0', bytes: 0 },
    { name: 'a/1', bytes: 1 },
  ]);
});

test('a history is shipped to a store and comes back from it with its hash', async (t) => {
  const target = targetAt(await newStore(t));
  const history = new SampleHistory(3);
  const shipper = new Shipper({
    ...{ target, source: history.source(), clusterId: historyClusterId, packing: { compression: 'zstd' } },
    ...{ retention: { count: 3, ageUs: 1e15 }, chance: () => 1, warn: assert.fail },
    ledger: { place: '', load: () => undefined, save: () => undefined },
  });
  for (let round = 0; round < 4; round++) {
    history.add(10);
    if (round === 2) history.snapshot();
    while (await shipper.ship(history.view, history.timeUs));
  }
  const chains = await readChains(target, historyClusterId, undefined);
  const from = { target, clusterId: historyClusterId, key: undefined };
  const { replay } = await restore(from, chains, everything);
  assert.equal(replay.exchange.stateHash(), history.engineAt(history.lastSeq).stateHash());
});

test('what a store refuses is said in words, with what to do', async (t) => {
  const refusals = {
    SignatureDoesNotMatch: /secret of the access key is wrong\. Check secretAccessKey/,
    InvalidAccessKeyId: /does not know the access key\. Check accessKeyId/,
    AccessDenied: /may not do this\. Mend its rights/,
    XMinioStorageFull: /it is full\. Make room there/,
    RequestTimeTooSkewed: /clock of this machine is off/,
  };
  let code = '';
  const target = await newStandIn(t, (_, reply) => {
    reply.writeHead(403).end(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>x</Message></Error>`);
  });
  for (const [name, words] of Object.entries(refusals)) {
    code = name;
    await assert.rejects(target.put('a', bytes('one')), words);
    await assert.rejects(target.replace('a', bytes('one')), words);
  }
  const endpoint = await newStore(t);
  await assert.rejects(
    targetAt(endpoint, { bucket: 'other' }).list('a'),
    /no such bucket\. Make it, or check the key bucket/,
  );
  const closed = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => closed.once('listening', resolve));
  const { port } = closed.address() as AddressInfo;
  await new Promise((resolve) => closed.close(resolve));
  await assert.rejects(
    targetAt(`http://127.0.0.1:${port}`).list('a'),
    /refuses the connection\. Check endpoint/,
  );
});

test('a server that is no store, or ends in the middle, is an error and no content', async (t) => {
  const target = await newStandIn(t, (request, reply) => {
    if (request.url?.includes('list-type')) reply.writeHead(200).end('<html>hello</html>');
    else {
      reply.writeHead(200, { 'content-length': '1000' });
      reply.write('part', () => reply.destroy());
    }
  });
  await assert.rejects(target.list('a'), /no list of a bucket/);
  await assert.rejects(target.get('a'), /Cannot read a from/);
});
