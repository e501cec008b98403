import { cloudNames, clouds } from '../../clouds/endpoints.ts';
import { cloudNamed } from '../../config/endpoints.ts';
import { whatThereIs } from '../../config/suggest.ts';
import type { Tenant } from '../../config/tenants.ts';
import { type ConsentAsked, consentLink } from '../../identity/consent.ts';
import { type CliOptions, UsageError } from '../io.ts';

/** The words of Entra for the tenant of whoever signs in. */
export const unknownTenants = ['organizations', 'common'] as const;
export type UnknownTenant = (typeof unknownTenants)[number];

type App = Pick<ConsentAsked, 'authority' | 'clientId'>;

const guidForm = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

const clientIdOf = (given: string | undefined): string | undefined => {
  if (given === undefined || guidForm.test(given)) return given?.toLowerCase();
  throw new UsageError('--client-id must be a GUID: the application (client) id of the app registration');
};

const authorityOf = (name: string): string => {
  const cloud = cloudNamed(name);
  const authority = cloud === undefined ? null : clouds[cloud].authority;
  if (authority !== null) return authority;
  throw new UsageError(
    `--cloud: there is no cloud "${name}" with a login host of its own${whatThereIs(
      name,
      cloudNames.filter((one) => clouds[one].authority !== null),
    )}`,
  );
};

/** The apps that tenants of the settings are signed in to with, each once; an identity of a machine is none. */
const appsOf = (tenants: readonly Tenant[]): readonly App[] => {
  const apps = tenants.flatMap(({ authority, auth }) =>
    auth.kind === 'managedIdentity' ? [] : [{ authority, clientId: auth.clientId }],
  );
  return [...new Map(apps.map((app) => [`${app.authority} ${app.clientId}`, app])).values()];
};

/**
 * The link for a customer whose tenant id is not known yet: with the app that the tenants of the settings share, or the one that
 * is named. Throws `UsageError` when it cannot be told which app in which cloud is meant.
 */
export const newCustomerLink = (
  tenants: readonly Tenant[],
  tenant: UnknownTenant,
  options: Pick<CliOptions, 'client-id' | 'cloud' | 'redirect-uri' | 'state'>,
): string => {
  const clientId = clientIdOf(options['client-id']);
  const authority = authorityOf(options.cloud ?? 'global');
  const inCloud = options.cloud === undefined ? undefined : cloudNamed(options.cloud);
  const known = appsOf(
    tenants.filter(
      (one) =>
        (inCloud === undefined || one.cloud === inCloud) && (clientId === undefined || one.auth.clientId === clientId),
    ),
  );
  const [only] = known;
  const app = only ?? (clientId === undefined ? undefined : { authority, clientId });
  if (app === undefined) throw new UsageError('No tenant of the settings says which app: name it with --client-id');
  if (known.length > 1) {
    const list = known.map((one) => `${one.clientId} at ${one.authority}`).join(', ');
    throw new UsageError(`The settings have several apps: choose one with --client-id or --cloud (${list})`);
  }
  return consentLink({ ...app, tenant, redirectUri: options['redirect-uri'], state: options.state });
};
