import { Agent, request } from 'undici';
import type { Read } from './baseline-page.ts';
import { isUpstreamPlace, readSettings } from './start.ts';

/** How servers that are compared with the gateway ask the upstream: plain HTTP, and one token an API that is taken once. */
export const place = readSettings(isUpstreamPlace);
export const agent = new Agent({ connections: 64, keepAliveTimeout: 30_000, connect: { ca: place.caPem } });

const tokenFor = async (scope: string): Promise<string> => {
  const { body } = await request(`${place.authority}/${place.tenantId}/oauth2/v2.0/token`, {
    dispatcher: agent,
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: place.clientId,
      client_secret: place.clientSecret,
      scope,
    }).toString(),
  });
  const answer: { readonly access_token: string } = JSON.parse(await body.text());
  return `Bearer ${answer.access_token}`;
};

export const tokens = {
  graph: await tokenFor('https://graph.microsoft.com/.default'),
  mde: await tokenFor('https://api.securitycenter.microsoft.com/.default'),
};

export const read: Read = async (api, path) => {
  const { body } = await request(`${place[api]}${path}`, {
    dispatcher: agent,
    headers: {
      authorization: tokens[api],
      ...(api === 'graph' ? { prefer: 'include-unknown-enum-members' } : {}),
    },
  });
  return body.text();
};
