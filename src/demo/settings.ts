import { createHash } from 'node:crypto';
import { parseDocument } from 'yaml';
import type { Simulator } from '../simulator/index.ts';
import { gatewaySettings } from '../simulator/settings.ts';

/** Keys of two people, each the key itself: what one asks for the other may approve. Nothing is secret in the demo. */
export const demoKeys = ['demo-ana', 'demo-ben'] as const;

/** The action that the demo keeps for two people: domain controllers have the tag `tier 0` in every tenant. */
const guardrails = [
  { name: 'two for domain controllers', requireApproval: ['isolate', 'release'], machineTags: 'tier 0' },
];

/** The settings of the demo: those of its simulator, two people with a key each, and a guardrail that asks for the second. */
export const demoSettings = (simulator: Pick<Simulator, 'tenants' | 'endpoints' | 'originOf'>): string => {
  const document = parseDocument(gatewaySettings(simulator));
  const apiKeys = demoKeys.map((key) => ({
    name: key,
    sha256: createHash('sha256').update(key).digest('hex'),
    roles: ['admin'],
    owner: `${key.replace('demo-', '')}@contoso.example`,
  }));
  document.setIn(['access', 'apiKeys'], document.createNode(apiKeys));
  document.set('guardrails', document.createNode(guardrails));
  return document.toString();
};
