import { describe, expect, test } from 'vitest';
import { contoso, faultsOf, parse, settings } from './settings.ts';

const guardrails = [{ name: 'two', requireApproval: 'isolate' }];
const keyWith = (more: object) => ({ apiKeys: [{ name: 'a', sha256: '0'.repeat(64), roles: ['responder'], ...more }] });

describe('X3: warnings of guardrails that ask for a second person where there is none', () => {
  test.each<[string, Record<string, unknown>, readonly string[]]>([
    ['no key has an owner', { guardrails, access: keyWith({}) }, ['nobody can approve']],
    ['a key with an owner may approve', { guardrails, access: keyWith({ owner: 'ana@contoso.com' }) }, []],
    [
      'a key with an owner may not',
      { guardrails, access: keyWith({ owner: 'ana@contoso.com', roles: ['reader'] }) },
      ['nobody can approve'],
    ],
    ['nothing asks', { access: keyWith({}) }, []],
  ])('X3: %s', async (_what, changes, expected) => {
    const { warnings } = await parse(settings(changes));
    expect(warnings.filter((warning) => warning.startsWith('guardrails'))).toEqual(
      expected.map((text) => expect.stringContaining(text)),
    );
  });

  test('X3: a tenant is used on behalf of its callers', async () => {
    const tenants = [contoso, { ...contoso, name: 'fabrikam', auth: { ...contoso.auth, onBehalfOf: true } }];
    const access = keyWith({ owner: 'ana@contoso.com' });
    const warningsOf = async (rules: readonly object[]) =>
      (await parse(settings({ tenants, access, guardrails: rules }))).warnings.filter((each) =>
        each.startsWith('guardrails'),
      );
    expect(await warningsOf(guardrails)).toEqual([expect.stringContaining('"two" asks for approval in "fabrikam"')]);
    expect(await warningsOf([{ ...guardrails[0], tenants: 'contoso' }])).toEqual([]);
  });
});

test('X3: the limits of requests are checked', async () => {
  expect((await parse(settings({ approvals: { openPerCaller: 3 } }))).approvals).toMatchObject({
    openPerCaller: 3,
    tokenRightsMinutes: 480,
  });
  const faults = await faultsOf(settings({ approvals: { tokenRightsMinutes: 1441, opened: 3 } }));
  expect(faults).toHaveLength(2);
});
