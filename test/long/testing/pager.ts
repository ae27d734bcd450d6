/** A webhook that takes every notice and keeps it. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Notice } from '../../../src/ops/notify/notice.ts';

export interface Pager {
  readonly url: string;
  /** In the order in which they came. */
  readonly notices: readonly Notice[];
  close(): void;
}

export async function pagerOnLoopback(): Promise<Pager> {
  const notices: Notice[] = [];
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
    request.on('end', () => {
      notices.push(JSON.parse(text) as Notice);
      response.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  return { url, notices, close: () => server.close() };
}
