import { z } from 'zod';
import { cloudNames, clouds } from '../../clouds/endpoints.ts';
import { cloudNamed } from '../endpoints.ts';
import type { ConfigPath, Faults } from '../faults.ts';
import { guid, section, text, textLike } from '../fields.ts';
import { didYouMean } from '../suggest.ts';

/** How bearer tokens that one Entra tenant issued for the gateway are checked. */
export interface EntraAccess {
  readonly tenantId: string;
  /** Accepted `aud` values: the client id, the App ID URI, or both. */
  readonly audience: readonly string[];
  /** Accepted `iss` values, of which no other entry has one. */
  readonly issuers: readonly string[];
  readonly jwksUri: string;
  /** Value in `roles` or `scp` -> role of the gateway. A value that is a role's name needs no row. */
  readonly roleClaims: Readonly<Record<string, string>>;
}

const httpsUrl = () => textLike(/^https:\/\/[^\s]+$/i, 'an https:// address');

/** One issuer of tokens. */
export const entraSchema = section({
  tenantId: guid(),
  audience: z.union([text().transform((one) => [one]), z.array(text()).min(1, 'must name at least one')], {
    error: () => 'must be text or a list of text',
  }),
  cloud: text().default('global'),
  issuer: httpsUrl().optional(),
  jwksUri: httpsUrl().optional(),
  roleClaims: z.record(z.string(), text()).default({}),
});

/** The login origin of a cloud; `undefined` with a fault when there is no such cloud, `null` when the settings have to say. */
const authorityOf = (name: string, path: ConfigPath, faults: Faults): string | null | undefined => {
  const cloud = cloudNamed(name);
  if (cloud !== undefined) return clouds[cloud].authority;
  faults.add(path, `no such cloud${didYouMean(name, cloudNames)} (known: ${cloudNames.join(', ')})`);
  return undefined;
};

/** v1 tokens have the same issuer in the worldwide and the government clouds; that of v2 names the login host. */
const issuersAt = (authority: string, tenantId: string): string[] => [
  `https://sts.windows.net/${tenantId}/`,
  `${authority}/${tenantId}/v2.0`,
];

const readOne = (
  value: unknown,
  path: ConfigPath,
  needRole: (role: string, at: ConfigPath) => void,
  faults: Faults,
): EntraAccess | undefined => {
  const read = faults.read(entraSchema, value, path);
  if (read === undefined) return undefined;
  for (const [claim, role] of Object.entries(read.roleClaims)) needRole(role, [...path, 'roleClaims', claim]);
  const { tenantId, audience, roleClaims } = read;
  const authority = authorityOf(read.cloud, [...path, 'cloud'], faults);
  if (authority === undefined) return undefined;
  if (authority === null) {
    for (const key of ['issuer', 'jwksUri'] as const) {
      if (read[key] === undefined) faults.add([...path, key], `is required for cloud "${read.cloud}"`);
    }
  }
  const issuers = read.issuer === undefined ? issuersAt(authority ?? '', tenantId) : [read.issuer];
  const jwksUri = read.jwksUri ?? `${authority ?? ''}/${tenantId}/discovery/v2.0/keys`;
  return { tenantId, audience, issuers, jwksUri, roleClaims };
};

/** One entry, or a list of them; a token is checked by the entry of its issuer, so an issuer has one entry only. */
export const readEntra = (
  value: unknown,
  path: ConfigPath,
  needRole: (role: string, at: ConfigPath) => void,
  faults: Faults,
): readonly EntraAccess[] => {
  if (value === undefined) return [];
  if (!Array.isArray(value)) {
    const only = readOne(value, path, needRole, faults);
    return only === undefined ? [] : [only];
  }
  if (value.length === 0) faults.add(path, 'must name at least one issuer');
  const ofIssuer = new Map<string, number>();
  return value.flatMap((item: unknown, index) => {
    const entry = readOne(item, [...path, index], needRole, faults);
    if (entry === undefined) return [];
    const earlier = entry.issuers.flatMap((issuer) => ofIssuer.get(issuer) ?? []);
    if (earlier[0] !== undefined) {
      faults.add(
        [...path, index],
        `has the issuer of access.entra[${earlier[0]}] too: give one of them all audiences and role claims`,
      );
    }
    for (const issuer of entry.issuers) ofIssuer.set(issuer, index);
    return [entry];
  });
};
