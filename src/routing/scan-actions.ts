import type { Tenant } from '../config/tenants.ts';
import { asGatewayError, type GatewayError } from '../errors.ts';
import type {
  ScanAuthenticationProtocol,
  ScanAuthenticationType,
  ScanDefinitionType,
  ScanPrivacyProtocol,
  ScanTargetType,
} from '../generated/inputs.ts';
import { mde } from '../microsoft/mde/index.ts';
import type { CallScope } from '../scope.ts';
import type { WireObject } from '../unification/fields.ts';
import { acknowledged, hasId } from '../upstream/answers.ts';
import { asked } from '../upstream/asked.ts';
import { call, change, type OneKind, ofAsked } from '../upstream/call.ts';
import { readEntity } from '../upstream/http/shape.ts';
import type { RoutingDependencies } from './dependencies.ts';
import { mayBeOfOne } from './in-halves.ts';
import { performOnEach } from './perform-on-each.ts';
import { sendOnce } from './send-once.ts';

/** What a scan should be like, as far as Microsoft shows it. What is absent is not spoken of. */
export interface ScanTerms {
  readonly scanType?: Exclude<ScanDefinitionType, 'UNKNOWN'>;
  readonly scanName?: string;
  readonly isActive?: boolean;
  readonly targetType?: Exclude<ScanTargetType, 'UNKNOWN'>;
  readonly targets?: readonly string[];
  readonly intervalInHours?: number;
  /** The machine that scans. */
  readonly machineId?: string;
}

/** How a scanner signs in: no secret, but where it is kept. Microsoft does not show it again. */
export interface ScanSignIn {
  readonly type: ScanAuthenticationType;
  readonly keyVaultUrl?: string;
  readonly keyVaultSecretName?: string;
  readonly username?: string;
  readonly domain?: string;
  readonly authProtocol?: ScanAuthenticationProtocol;
  readonly privProtocol?: ScanPrivacyProtocol;
}

/** get-authenticated-scan-properties.md */
const scanTypeWords = { WINDOWS: 'Windows', NETWORK: 'Network' } as const;
const targetTypeWords = { IP: 'Ip', HOSTNAME: 'Hostname' } as const;
const snmp = { kind: 'NETWORK', odata: '#microsoft.windowsDefenderATP.api.SnmpAuthParams' } as const;
const windows = { kind: 'WINDOWS', odata: '#microsoft.windowsDefenderATP.api.WindowsAuthParams' } as const;
const signInWords = {
  COMMUNITY_STRING: { ...snmp, word: 'CommunityString' },
  NO_AUTH_NO_PRIV: { ...snmp, word: 'NoAuthNoPriv' },
  AUTH_NO_PRIV: { ...snmp, word: 'AuthNoPriv' },
  AUTH_PRIV: { ...snmp, word: 'AuthPriv' },
  KERBEROS: { ...windows, word: 'Kerberos' },
  NEGOTIATE: { ...windows, word: 'Negotiate' },
} as const satisfies Record<ScanAuthenticationType, unknown>;
const privProtocolWords = { DES: 'DES', TRIPLE_DES: '3DES', AES: 'AES' } as const satisfies Record<
  ScanPrivacyProtocol,
  string
>;

/** Which scans sign in so. */
export const scanTypeOf = ({ type }: Pick<ScanSignIn, 'type'>): 'WINDOWS' | 'NETWORK' => signInWords[type].kind;

const signInBody = ({ type, privProtocol, ...names }: ScanSignIn) => ({
  '@odata.type': signInWords[type].odata,
  type: signInWords[type].word,
  ...names,
  ...(privProtocol !== undefined && { privProtocol: privProtocolWords[privProtocol] }),
  // "Must be set to true": no other account of Windows is taken, and such a one has no password to give.
  ...(scanTypeOf({ type }) === 'WINDOWS' && { isGmsaUser: true }),
});

/** What is sent of a scan. add-a-new-scan-definition.md */
const bodyOf = (
  { scanType, scanName, isActive, targetType, targets, intervalInHours, machineId }: ScanTerms,
  signIn: ScanSignIn | null,
) => ({
  ...(scanType !== undefined && { scanType: scanTypeWords[scanType] }),
  ...(scanName !== undefined && { scanName }),
  ...(isActive !== undefined && { isActive }),
  ...(targets !== undefined && { target: targets.join(',') }),
  ...(intervalInHours !== undefined && { intervalInHours }),
  ...(targetType !== undefined && { targetType: targetTypeWords[targetType] }),
  ...(machineId !== undefined && { scannerAgent: { machineId } }),
  ...(signIn !== null && { scanAuthenticationParams: signInBody(signIn) }),
});

const definition: OneKind<WireObject & { readonly id: string }> = {
  one: 'a scan definition',
  many: 'scan definitions',
  is: (value): value is WireObject & { readonly id: string } => hasId(value, 'id'),
  isAsked: asked.byId(),
};

/** A new one is known by the name that it was given. */
const namedDefinition = { ...definition, isAsked: asked.byText('scanName') };
const readDefinition = readEntity(definition.one, definition.is);

const creation = (terms: ScanTerms, signIn: ScanSignIn) =>
  call(
    mde.createScanDefinition,
    {},
    {
      parse: acknowledged((answer) => ofAsked(namedDefinition, readDefinition(answer), terms.scanName ?? '')),
    },
    { body: bodyOf(terms, signIn) },
  );

/** A definition as it is answered. */
export type ScanWire = WireObject;

/** Changes of a tenant's authenticated scans, each sent once. */
export interface ScanActions {
  /** Adds one; the definition as it is answered, or null where the answer is empty. Calls: 1. */
  create(tenant: Tenant, terms: ScanTerms, signIn: ScanSignIn, scope: CallScope): Promise<ScanWire | null>;
  /** Changes one; its answer as above. Calls: 1. */
  update(
    tenant: Tenant,
    id: string,
    terms: ScanTerms,
    signIn: ScanSignIn | null,
    scope: CallScope,
  ): Promise<ScanWire | null>;
  /**
   * Deletes some, each with its error; null: it is done. Never rejects. Calls: 1; where many are refused as a whole, one more for
   * each, since the page does not say whether one that cannot be deleted keeps back the others.
   */
  remove(tenant: Tenant, ids: readonly string[], scope: CallScope): Promise<readonly (GatewayError | null)[]>;
}

export const createScanActions = (parts: RoutingDependencies): ScanActions => {
  const removal = (ids: readonly string[]) =>
    call(mde.batchDeleteScanDefinitions, {}, { parse: () => null }, { body: { ScanDefinitionIds: ids } });

  const removeAll = async (
    tenant: Tenant,
    ids: readonly string[],
    scope: CallScope,
  ): Promise<readonly (GatewayError | null)[]> => {
    try {
      await sendOnce(parts, tenant, removal(ids), scope);
      return ids.map(() => null);
    } catch (thrown) {
      const error = asGatewayError(thrown);
      if (ids.length === 1 || !mayBeOfOne(error)) return ids.map(() => error);
      return (await performOnEach(ids, (id) => removeAll(tenant, [id], scope))).flat();
    }
  };

  return {
    create: (tenant, terms, signIn, scope) =>
      parts.routing.run(tenant, 'scans.write', scope, {
        mde: () => sendOnce(parts, tenant, creation(terms, signIn), scope),
      }),

    update: (tenant, id, terms, signIn, scope) =>
      parts.routing.run(tenant, 'scans.write', scope, {
        mde: () =>
          sendOnce(parts, tenant, change(mde.updateScanDefinition, { id }, definition, bodyOf(terms, signIn)), scope),
      }),

    remove: async (tenant, ids, scope) => {
      try {
        return await parts.routing.run(tenant, 'scans.write', scope, { mde: () => removeAll(tenant, ids, scope) });
      } catch (thrown) {
        const error = asGatewayError(thrown);
        return ids.map(() => error);
      }
    },
  };
};
