import type { Tenant } from '../config/tenants.ts';
import { readAddress, wholeAddress } from '../domain/addresses.ts';
import { readDomainName } from '../domain/domain-names.ts';
import { isMachineId } from '../domain/id-forms.ts';
import { compareTimes } from '../domain/time.ts';
import { GatewayError } from '../errors.ts';
import type { CallScope } from '../scope.ts';
import type { RoutingDependencies } from './dependencies.ts';
import type { HuntingReads } from './hunting.ts';
import { stringLiteral } from './kql.ts';
import type { FactPlace } from './learned.ts';
import type { ListStart } from './opened-list.ts';

/** What alerts are hunted by. The first that is there is asked; the others are looked for among what was found. */
export interface AlertTraits {
  readonly fileHash?: string | null | undefined;
  readonly ipAddress?: string | null | undefined;
  readonly domain?: string | null | undefined;
  readonly user?: string | null | undefined;
  /** Id, DNS name or host name. */
  readonly machineId?: string | null | undefined;
  readonly mitreTechnique?: readonly string[] | null | undefined;
}

/** Alerts that hunting named. */
export interface HuntedAlerts {
  readonly ids: readonly string[];
  /** Hunting knows nothing of alerts before it; ISO 8601. */
  readonly since: string;
  /** What was created from then on may not have come to hunting yet; ISO 8601. */
  readonly freshSince: string;
  /** Told when an alert was read that meets the question: from then on, for some minutes, an empty answer is believed. */
  readonly prove: () => void;
}

/** Looks for alerts by what they name, through advanced hunting. */
export interface AlertHunting {
  /**
   * One hunting query, for a list that is opened at `from`. `null`: hunting has no answer, the list has to be looked through: it is not permitted, failed, has more
   * than a hundred alerts (they are found fast in the list), none and has not shown yet that it knows alerts here, or the list
   * is opened where hunting knows nothing.
   */
  find(tenant: Tenant, traits: AlertTraits, from: ListStart, scope: CallScope): Promise<HuntedAlerts | null>;
}

/** Alerts that are read by id: five calls of Graph. Where there are more, looking through the list finds them as fast. */
const maxAlerts = 100;

/** Hunting keeps 30 days; what happened on the first of them may be gone while it is asked for. */
const reachMs = 29 * 86_400_000;

/** How long an alert may take to come into hunting. */
const delayMs = 3_600_000;

const anyOf = (conditions: readonly string[]): string => conditions.join(' or ');
const same = (column: string, value: string): string => `${column} =~ ${stringLiteral(value)}`;
const evidence = (conditions: readonly string[]): string => `AlertEvidence\n| where ${anyOf(conditions)}`;

/** Entities that have no columns of their own are JSON in one. */
const inJson = (value: string): string => `AdditionalFields contains ${stringLiteral(value)}`;

/** Accounts without a principal name have their name alone: more is found than is asked for, which the gateway sorts out. */
const userConditions = (user: string): readonly string[] => {
  if (user.includes('@'))
    return [same('AccountUpn', user), same('AccountName', user.split('@')[0] ?? user), inJson(user)];
  const name = user.split('\\').at(-1) ?? user;
  return [same('AccountName', name), `AccountUpn startswith ${stringLiteral(`${name}@`)}`, inJson(name)];
};

/** In every spelling that Microsoft may have kept: as it was given, the short one, and that of all eight groups. */
const addressConditions = (given: string): readonly string[] => {
  const address = readAddress(given) ?? given;
  const spellings = [...new Set([given, address, wholeAddress(address)])];
  return spellings.flatMap((each) => [same('RemoteIP', each), same('LocalIP', each), inJson(each)]);
};

/** Hosts of URLs, and those below them: names that only contain the text are sorted out by the gateway. */
const domainConditions = (given: string): readonly string[] =>
  [...new Set([given.replace(/\.$/, ''), readDomainName(given) ?? given])].flatMap((name) => [
    `RemoteUrl contains ${stringLiteral(name)}`,
    inJson(name),
  ]);

const machineConditions = (machine: string): readonly string[] => {
  if (isMachineId(machine)) return [same('DeviceId', machine)];
  const startsWith = `DeviceName startswith ${stringLiteral(`${machine}.`)}`;
  return [same('DeviceName', machine), ...(machine.includes('.') ? [] : [startsWith])];
};

/**
 * The question in KQL, plain; `null`: hunting does not know. SHA-256 is "usually not populated" there, MD5 has no column.
 * advanced-hunting-alertevidence-table.md, advanced-hunting-alertinfo-table.md
 */
const questionOf = ({ fileHash, ipAddress, domain, user, machineId, mitreTechnique }: AlertTraits) => {
  if (fileHash != null && fileHash.length === 40)
    return { by: 'fileHash', kql: evidence([same('SHA1', fileHash), inJson(fileHash)]) };
  if (ipAddress != null) return { by: 'ipAddress', kql: evidence(addressConditions(ipAddress)) };
  if (domain != null) return { by: 'domain', kql: evidence(domainConditions(domain)) };
  if (user != null) return { by: 'user', kql: evidence(userConditions(user)) };
  if (machineId != null) return { by: 'machineId', kql: evidence(machineConditions(machineId)) };
  if (mitreTechnique == null) return null;
  const conditions = mitreTechnique.map((id) => `AttackTechniques contains ${stringLiteral(id)}`);
  return { by: 'mitreTechnique', kql: `AlertInfo\n| where ${anyOf(conditions)}` };
};

/** Failures that stay, and are no passing ones: a query that is refused (it is ours, not the caller's), a permission. */
const stays = ({ code }: GatewayError): boolean => code === 'UPSTREAM_REJECTED' || code === 'MISSING_PERMISSION';

/** What hunting refused, and that it knows alerts, is remembered for some minutes. */
export const createAlertHunting = ({
  hunting,
  learned,
  clock,
}: Pick<RoutingDependencies, 'learned' | 'clock'> & { readonly hunting: HuntingReads }): AlertHunting => ({
  find: async (tenant, traits, from, scope) => {
    const question = questionOf(traits);
    const since = new Date(clock.now() - reachMs).toISOString();
    const isBehind = from.kind === 'skip' || (from.kind === 'time' && compareTimes(from.notAfter, since) <= 0);
    if (question === null || isBehind) return null;
    const fact = (name: string): FactPlace => ({
      tenant,
      api: 'graph',
      operation: 'hunting',
      fact: name,
      of: question.by,
    });
    if (learned.recall(fact('refusedRewrite')) !== undefined) return null;
    try {
      const query = `${question.kql}\n| distinct AlertId\n| take ${maxAlerts + 1}`;
      const { table } = await hunting.run(tenant, query, undefined, scope);
      const ids = [
        ...new Set(table.rows.flatMap(({ AlertId: id }) => (typeof id === 'string' && id !== '' ? [id] : []))),
      ];
      if (ids.length > maxAlerts || ids.length < table.rows.length) return null;
      if (ids.length === 0 && learned.recall(fact('provenRewrite')) === undefined) return null;
      const freshSince = new Date(clock.now() - delayMs).toISOString();
      return { ids, since, freshSince, prove: () => void learned.note(fact('provenRewrite'), 'yes') };
    } catch (error) {
      scope.signal.throwIfAborted();
      if (!(error instanceof GatewayError)) throw error;
      if (stays(error)) learned.note(fact('refusedRewrite'), 'yes');
      return null;
    }
  },
});
