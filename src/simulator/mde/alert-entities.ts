import { mde } from '../../microsoft/mde/index.ts';
import { notFound } from '../defender/fault.ts';
import { serve } from '../http/serve.ts';
import type { Route } from '../http/types.ts';
import { alertNamed } from './alerts.ts';
import { fileShape } from './files.ts';
import { answerMachine } from './machines.ts';
import { collection, entity, param } from './route.ts';
import { addressesIn, filesIn, hostsIn, usersIn } from './sightings.ts';
import { userShape } from './user-shape.ts';

/** What one alert points at: one list a kind of entity. */
export function alertEntityRoutes(): readonly Route[] {
  return [
    serve(mde.listAlertDomains, (request) => {
      const hosts = new Set(alertNamed(request, param(request, 'id')).evidence.flatMap(hostsIn));
      return collection(
        request,
        'Domains',
        [...hosts].map((host) => ({ host })),
      );
    }),
    serve(mde.listAlertIps, (request) => {
      const addresses = new Set(alertNamed(request, param(request, 'id')).evidence.flatMap(addressesIn));
      return collection(
        request,
        'Ips',
        [...addresses].map((id) => ({ id })),
      );
    }),
    serve(mde.listAlertFiles, (request) => {
      const alert = alertNamed(request, param(request, 'id'));
      const files = new Map(alert.evidence.flatMap(filesIn).map((file) => [file.sha1, file]));
      return collection(
        request,
        'Files',
        [...files.values()].map((file) => fileShape(file, [alert])),
      );
    }),
    serve(mde.getAlertMachine, (request) => {
      const id = param(request, 'id');
      const { machine } = alertNamed(request, id);
      if (machine === null) throw notFound('machine of the alert', id);
      return answerMachine(request, machine);
    }),
    serve(mde.getAlertUser, (request) => {
      const id = param(request, 'id');
      const user = alertNamed(request, id).evidence.flatMap(usersIn)[0];
      if (user === undefined) throw notFound('user of the alert', id);
      return entity(request, 'Users', userShape(user, request.tenant));
    }),
  ];
}
