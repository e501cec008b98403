import { notFound } from '../defender/fault.ts';
import type { Route } from '../http/types.ts';
import { alertNamed } from './alerts.ts';
import { fileShape } from './files.ts';
import { answerMachine } from './machines.ts';
import { collection, entity, param, permissions, route } from './route.ts';
import { addressesIn, filesIn, hostsIn, usersIn } from './sightings.ts';
import { userShape } from './user-shape.ts';

/** What one alert points at: one list a kind of entity. */
export function alertEntityRoutes(): readonly Route[] {
  return [
    route({
      id: 'listAlertDomains',
      method: 'GET',
      path: '/api/alerts/{id}/domains',
      anyOf: permissions.readUrls,
      handle: (request) => {
        const hosts = new Set(alertNamed(request, param(request, 'id')).evidence.flatMap(hostsIn));
        return collection(
          request,
          'Domains',
          [...hosts].map((host) => ({ host })),
        );
      },
    }),
    route({
      id: 'listAlertIps',
      method: 'GET',
      path: '/api/alerts/{id}/ips',
      anyOf: permissions.readIps,
      handle: (request) => {
        const addresses = new Set(alertNamed(request, param(request, 'id')).evidence.flatMap(addressesIn));
        return collection(
          request,
          'Ips',
          [...addresses].map((id) => ({ id })),
        );
      },
    }),
    route({
      id: 'listAlertFiles',
      method: 'GET',
      path: '/api/alerts/{id}/files',
      anyOf: permissions.readFiles,
      handle: (request) => {
        const alert = alertNamed(request, param(request, 'id'));
        const files = new Map(alert.evidence.flatMap(filesIn).map((file) => [file.sha1, file]));
        return collection(
          request,
          'Files',
          [...files.values()].map((file) => fileShape(file, [alert])),
        );
      },
    }),
    route({
      id: 'getAlertMachine',
      method: 'GET',
      path: '/api/alerts/{id}/machine',
      anyOf: permissions.readMachines,
      handle: (request) => {
        const id = param(request, 'id');
        const { machine } = alertNamed(request, id);
        if (machine === null) throw notFound('machine of the alert', id);
        return answerMachine(request, machine);
      },
    }),
    route({
      id: 'getAlertUser',
      method: 'GET',
      path: '/api/alerts/{id}/user',
      anyOf: permissions.readUsers,
      handle: (request) => {
        const id = param(request, 'id');
        const user = alertNamed(request, id).evidence.flatMap(usersIn)[0];
        if (user === undefined) throw notFound('user of the alert', id);
        return entity(request, 'Users', userShape(user, request.tenant));
      },
    }),
  ];
}
