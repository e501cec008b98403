import { isIP } from 'node:net';
import { mde } from '../../microsoft/mde/index.ts';
import { DefenderFault } from '../defender/fault.ts';
import { serve } from '../http/serve.ts';
import type { Route, SimRequest } from '../http/types.ts';
import { hourMs } from '../world/times.ts';
import type { WorldAlert } from '../world/types.ts';
import { alertShape } from './alert-shape.ts';
import { machineShape } from './machine-shape.ts';
import { collection, param, typed } from './route.ts';
import { addressesIn, alertsWith, hostsIn, machinesOfAlerts, statsOf, usersIn } from './sightings.ts';
import { machinesOf } from './user-shape.ts';

/** The longest look-back of a statistics call, in hours. */
const maxLookBackHours = 720;

export const answerAlerts = (request: SimRequest, alerts: readonly WorldAlert[]) =>
  collection(
    request,
    'Alerts',
    alerts.map((alert) => alertShape(alert, request.tenant, { evidence: false })),
  );

/** Alerts of the last `lookBackHours`, 30 days when not said. @throws DefenderFault InvalidInput */
export function recent(request: SimRequest, alerts: readonly WorldAlert[]): readonly WorldAlert[] {
  const text = request.query.get('lookBackHours') ?? String(maxLookBackHours);
  if (!/^[1-9]\d*$/.test(text) || Number(text) > maxLookBackHours) {
    throw new DefenderFault('InvalidInput', `lookBackHours must be a number up to ${maxLookBackHours}.`);
  }
  const sinceMs = request.now.getTime() - Number(text) * hourMs;
  return alerts.filter((alert) => Date.parse(alert.lastActivityAt) >= sinceMs);
}

const domainAlerts = (request: SimRequest): readonly WorldAlert[] => {
  const domain = param(request, 'domain').toLowerCase();
  if (!/^(?=.{1,253}$)([a-z0-9_-]{1,63}\.)+[a-z0-9-]*[a-z][a-z0-9-]*$/.test(domain))
    throw new DefenderFault('InvalidDomainName', `'${domain}' is not a domain name.`);
  return alertsWith(request.tenant, (evidence) => hostsIn(evidence).includes(domain));
};

const ipAlerts = (request: SimRequest): readonly WorldAlert[] => {
  const ip = param(request, 'ip');
  if (isIP(ip) === 0 || ip.includes('%')) throw new DefenderFault('InvalidIpAddress', `'${ip}' is not an IP address.`);
  return alertsWith(request.tenant, (evidence) => addressesIn(evidence).includes(ip));
};

/** The bare account name, not the user principal name. */
const userNamed = (request: SimRequest) =>
  request.tenant.users.find((user) => user.accountName === param(request, 'userName').toLowerCase());

const inOrg = (kind: string): string => `microsoft.windowsDefenderATP.api.InOrg${kind}Stats`;

/** What is known of domains, addresses and users. Unknown ones are no error: empty lists, prevalence 0. */
export function lookupRoutes(): readonly Route[] {
  return [
    serve(mde.listDomainAlerts, (request) => answerAlerts(request, domainAlerts(request))),
    serve(mde.listDomainMachines, (request) =>
      collection(request, 'Machines', machinesOfAlerts(domainAlerts(request)).map(machineShape)),
    ),
    serve(mde.getDomainStatistics, (request) => {
      const stats = statsOf(recent(request, domainAlerts(request)));
      return typed(request, inOrg('Domain'), { host: param(request, 'domain'), ...stats });
    }),
    serve(mde.listIpAlerts, (request) => answerAlerts(request, ipAlerts(request))),
    serve(mde.getIpStatistics, (request) => {
      const stats = statsOf(recent(request, ipAlerts(request)));
      return typed(request, inOrg('IP'), { ipAddress: param(request, 'ip'), ...stats });
    }),
    serve(mde.listUserAlerts, (request) => {
      const user = userNamed(request);
      const alerts = user === undefined ? [] : alertsWith(request.tenant, (one) => usersIn(one).includes(user));
      return answerAlerts(request, alerts);
    }),
    serve(mde.listUserMachines, (request) => {
      const user = userNamed(request);
      const machines = user === undefined ? [] : machinesOf(user, request.tenant);
      return collection(request, 'Machines', machines.map(machineShape));
    }),
  ];
}
