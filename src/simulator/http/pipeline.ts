import type { Calls } from '../calls.ts';
import type { Faults } from '../faults.ts';
import type { Incoming } from './incoming.ts';
import { recordedBody, recordedHeaders } from './recorded.ts';
import type { Reply } from './reply.ts';
import type { Site } from './site.ts';
import { suffer } from './suffer.ts';
import type { SimResponse } from './types.ts';

export interface PipelineDeps {
  readonly faults: Faults;
  readonly calls: Calls;
  readonly now: () => Date;
}

/** Runs one request through a site: recognise, apply a fault if one is due, answer, record. */
export type Pipeline = (site: Site, incoming: Incoming, closed: AbortSignal, batched?: boolean) => Promise<Reply>;

const withHeaders = (reply: Reply, headers: Readonly<Record<string, string>>): Reply =>
  reply.kind === 'reset'
    ? reply
    : { ...reply, response: { ...reply.response, headers: { ...headers, ...reply.response.headers } } };

const answerOf = (response: SimResponse): Reply =>
  response.reset === true ? { kind: 'reset' } : { kind: 'answer', response };

export const createPipeline =
  ({ faults, calls, now }: PipelineDeps): Pipeline =>
  async (site, incoming, closed, batched = false) => {
    const begun = now();
    const at = begun.toISOString();
    const request = await site.identify(incoming);
    const { product, operation, tenant } = request;
    const effect = faults.take({ host: site.host, product, operation, tenant });
    const reply: Reply = effect ? await suffer(effect, request, closed, now()) : answerOf(await request.respond());
    request.ran?.(now().getTime() - begun.getTime());
    calls.add({
      at,
      host: site.host,
      product,
      operation,
      tenant,
      method: incoming.method,
      path: incoming.url,
      headers: recordedHeaders(incoming),
      body: recordedBody(incoming),
      status: reply.kind === 'reset' ? 0 : reply.response.status,
      batched,
    });
    return withHeaders(reply, request.headers);
  };
