import { setTimeout as sleep } from 'node:timers/promises';
import type { FaultEffect } from '../faults.ts';
import { forbiddenSentences } from '../oddities/forbidden.ts';
import { htmlForbidden, htmlNotFound } from '../oddities/html.ts';
import { sayThrottled } from '../oddities/throttle.ts';
import type { Reply } from './reply.ts';
import type { Identified } from './site.ts';
import type { SimResponse } from './types.ts';

const answer = (response: SimResponse): Reply => ({ kind: 'answer', response });
const json = { 'content-type': 'application/json; charset=utf-8' } as const;
const htmlPage = '<!DOCTYPE html><html><head><title>Unavailable</title></head><body>Try again later.</body></html>';

/** A 401 with a challenge. */
const unauthorized = (request: Identified, message: string, challenge: string): Reply =>
  answer(request.error(401, undefined, message, { 'www-authenticate': challenge }));

/** Answers a request as a fault wants it. `closed` ends a wait when the client leaves. */
export const suffer = async (
  effect: FaultEffect,
  request: Identified,
  closed: AbortSignal,
  now: Date,
): Promise<Reply> => {
  switch (effect.kind) {
    case 'status': {
      if (effect.handled) await request.respond();
      const headers = effect.retryAfter === undefined ? {} : { 'retry-after': String(effect.retryAfter) };
      return answer(request.error(effect.status, effect.code, effect.message, headers));
    }
    case 'throttled': {
      const { says, waitSeconds } = effect;
      const route = { id: request.operation ?? 'this operation', quota: request.quota };
      const retryAfter = String(Math.ceil(waitSeconds));
      const said = sayThrottled({ says, route, waitSeconds, retryAfter, now });
      return answer(request.error(429, undefined, said.message, said.headers));
    }
    case 'forbidden':
      return answer(request.error(403, effect.code, forbiddenSentences[effect.code]));
    case 'html-not-found':
      return answer(htmlNotFound);
    case 'html-forbidden':
      return answer(htmlForbidden);
    case 'oversized':
      return answer({ status: 200, headers: json, body: `{"value":[],"padding":"${'x'.repeat(effect.bytes)}"}` });
    case 'reset':
      if (effect.handled) await request.respond();
      return { kind: 'reset' };
    case 'slow':
      // A client that leaves ends the wait, not the work: a slow server still does what it was asked.
      await sleep(effect.delayMs, undefined, { signal: closed }).catch(() => undefined);
      return answer(await request.respond());
    case 'malformed-json':
      return answer({ status: 200, headers: json, body: '{"value":[{"id":' });
    case 'truncated':
      return { kind: 'truncated', response: await request.respond() };
    case 'stalled':
      return { kind: 'stalled', response: await request.respond() };
    case 'wrong-content-type': {
      const { status } = await request.respond();
      return answer({ status, headers: { 'content-type': 'text/html' }, body: htmlPage });
    }
    case 'rejected-token':
      return unauthorized(request, 'The access token has expired', 'Bearer error="invalid_token"');
    case 'claims-challenge': {
      if (request.token?.meets(effect.claims)) return answer(await request.respond());
      if (!request.token?.answersChallenges)
        return unauthorized(request, 'The access token was revoked', 'Bearer error="invalid_token"');
      const claims = Buffer.from(effect.claims).toString('base64');
      const challenge = `Bearer realm="", error="insufficient_claims", claims="${claims}"`;
      return unauthorized(request, 'The access token lacks a claim', challenge);
    }
  }
};
