import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { parseConfig } from '../../src/config/config.ts';
import { serverSchema } from '../../src/config/server.ts';
import { startTinyServer } from '../support/tiny-server.ts';
import { read, root } from './pages.ts';

const named = z.object({ name: z.string() });
const labelled = z.record(z.string(), z.string());
const selector = z.object({ matchLabels: labelled });
const probe = z.object({
  httpGet: z.object({ path: z.string(), port: z.string() }).optional(),
  periodSeconds: z.number(),
  failureThreshold: z.number().default(3),
});
const hardened = z.object({
  readOnlyRootFilesystem: z.literal(true),
  allowPrivilegeEscalation: z.literal(false),
  capabilities: z.object({ drop: z.tuple([z.literal('ALL')]) }),
});
const secretKey = z.object({ secretKeyRef: z.object({ name: z.string(), key: z.string() }) });
const container = z.object({
  image: z.string(),
  env: z.array(z.object({ name: z.string(), value: z.string().optional(), valueFrom: secretKey.optional() })),
  ports: z.array(z.object({ name: z.string(), containerPort: z.number() })),
  startupProbe: probe.optional(),
  livenessProbe: probe,
  readinessProbe: probe,
  resources: z.object({ limits: z.object({ memory: z.string() }) }),
  securityContext: hardened,
  volumeMounts: z.array(z.object({ name: z.string(), mountPath: z.string(), readOnly: z.boolean().default(false) })),
});
const pod = z.object({
  metadata: z.object({ labels: labelled }),
  spec: z.object({
    automountServiceAccountToken: z.literal(false),
    terminationGracePeriodSeconds: z.number().default(30),
    securityContext: z.object({ runAsNonRoot: z.literal(true), seccompProfile: z.object({ type: z.string() }) }),
    containers: z.tuple([container]),
    volumes: z.array(named).default([]),
  }),
});
const workload = {
  metadata: named,
  spec: z.object({ replicas: z.number(), selector, template: pod, volumeClaimTemplates: z.unknown().optional() }),
};
const ports = z.array(z.object({ port: z.number() }));
const document = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ConfigMap'), metadata: named, data: z.record(z.string(), z.string()) }),
  z.object({ kind: z.literal('Deployment'), ...workload }),
  z.object({ kind: z.literal('StatefulSet'), ...workload }),
  z.object({
    kind: z.literal('PodDisruptionBudget'),
    metadata: named,
    spec: z.object({ minAvailable: z.number(), selector }),
  }),
  z.object({
    kind: z.literal('Service'),
    metadata: named,
    spec: z.object({ selector: labelled, ports: z.array(z.object({ port: z.number(), targetPort: z.string() })) }),
  }),
  z.object({
    kind: z.literal('NetworkPolicy'),
    metadata: named,
    spec: z.object({ podSelector: selector, ingress: z.array(z.object({ from: z.array(z.unknown()), ports })) }),
  }),
]);

const { resources, images } = z
  .object({ resources: z.array(z.string()), images: z.array(named) })
  .parse(parse(read('docker/kubernetes/kustomization.yaml')));
const documents = resources.flatMap((file) =>
  parseAllDocuments(read(`docker/kubernetes/${file}`)).map((each) => document.parse(each.toJS())),
);
const ofKind = <Kind extends (typeof documents)[number]['kind']>(kind: Kind) =>
  documents.filter((each): each is Extract<(typeof documents)[number], { kind: Kind }> => each.kind === kind);
const workloads = [...ofKind('Deployment'), ...ofKind('StatefulSet')];
const [gateway] = ofKind('Deployment');
if (gateway === undefined) throw new Error('There is no Deployment');
const { containers, terminationGracePeriodSeconds, volumes } = gateway.spec.template.spec;
const [main] = containers;

test('every file of the folder is one of its resources', () => {
  const files = readdirSync(`${root}docker/kubernetes`).filter((file) => file !== 'kustomization.yaml');
  expect(files.sort()).toEqual([...resources].sort());
});

test('kubectl builds the folder with the image of your registry, where there is kubectl', () => {
  const { error, stdout, stderr } = spawnSync('kubectl', ['kustomize', `${root}docker/kubernetes`], {
    encoding: 'utf8',
  });
  if (error !== undefined) return expect(error.message).toContain('ENOENT');
  expect(stderr).toBe('');
  const built = parseAllDocuments(stdout).map((each) => document.parse(each.toJS()));
  expect(built.map(({ kind }) => kind).sort()).toEqual(documents.map(({ kind }) => kind).sort());
  expect(stdout).toContain('image: registry.example.com/defender-gateway:');
  expect(stdout.match(/^ {2}namespace: defender-gateway$/gm)).toHaveLength(documents.length);
});

test('what is selected is there, and each workload is kept apart', () => {
  const labels = workloads.map(({ spec }) => spec.template.metadata.labels);
  const selected = [
    ...workloads.map(({ spec }) => spec.selector.matchLabels),
    ...ofKind('PodDisruptionBudget').map(({ spec }) => spec.selector.matchLabels),
    ...ofKind('NetworkPolicy').map(({ spec }) => spec.podSelector.matchLabels),
    ...ofKind('Service').map(({ spec }) => spec.selector),
  ];
  for (const wanted of selected) expect(labels).toContainEqual(wanted);
  expect(ofKind('NetworkPolicy')).toHaveLength(workloads.length);
  expect(ofKind('PodDisruptionBudget')[0]?.spec.minAvailable).toBeLessThan(gateway.spec.replicas);
});

test('every volume that is mounted is there', () => {
  expect(main.volumeMounts.map(({ name }) => name).sort()).toEqual(volumes.map(({ name }) => name).sort());
  expect(main.volumeMounts.filter(({ readOnly }) => !readOnly)).toEqual([]);
});

test('the image is one that kustomization.yaml names, any other has its full version and digest', () => {
  expect(images.map(({ name }) => name)).toEqual([main.image]);
  const others = workloads
    .map(({ spec }) => spec.template.spec.containers[0].image)
    .filter((name) => name !== main.image);
  for (const image of others) {
    expect(image).toMatch(/:\d+\.\d+\.\d+@sha256:[0-9a-f]{64}$/);
    expect(read('docker/compose.yml')).toContain(`image: ${image}`);
  }
});

describe('the gateway of the Deployment', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kubernetes-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  /** Keys of the Secret, as the comment of kustomization.yaml makes it. */
  const made = [...read('docker/kubernetes/kustomization.yaml').matchAll(/--from-literal=([\w-]+)=/g)].map(
    ([, key]) => key,
  );
  const [settings = ''] = Object.values(ofKind('ConfigMap')[0]?.data ?? {});
  const env = Object.fromEntries(
    main.env.map(({ name, value = '' }) => [name, value.replace('$(REDIS_PASSWORD)', 'password')]),
  );

  const config = async () => {
    writeFileSync(join(folder, 'api-key-sha256'), 'ab'.repeat(32));
    writeFileSync(join(folder, 'encryption-key'), Buffer.alloc(32, 1).toString('base64'));
    writeFileSync(join(folder, 'client-secret'), 'x');
    return parseConfig(settings.replaceAll('/secrets/', `${folder}/`), { env, baseDir: root });
  };

  test('takes its settings without a warning, from secrets that are made', async () => {
    const { warnings, server } = await config();
    expect(warnings).toEqual([]);
    expect(server).toMatchObject({ host: '0.0.0.0', port: serverSchema.parse({}).port });
    const files = [...settings.matchAll(/file: \/secrets\/([\w-]+)/g)].map(([, key]) => key);
    const keys = [...main.env, ...workloads.flatMap(({ spec }) => spec.template.spec.containers[0].env)].flatMap(
      ({ valueFrom }) => valueFrom?.secretKeyRef.key ?? [],
    );
    expect([...new Set([...files, ...keys])].sort()).toEqual(made.sort());
    const named = [...settings.matchAll(/env: (\w+)/g)].map(([, name = '']) => name);
    expect(named.filter((name) => env[name] === undefined)).toEqual([]);
    expect(main.volumeMounts.map(({ mountPath }) => mountPath)).toContain('/config');
    expect(Object.keys(ofKind('ConfigMap')[0]?.data ?? {}).map((file) => `/config/${file}`)).toEqual([
      env.DEFENDER_GATEWAY_CONFIG,
    ]);
  });

  test('listens where it is looked for', async () => {
    const { port } = (await config()).server;
    expect(main.ports).toEqual([{ name: 'http', containerPort: port }]);
    const service = ofKind('Service').find(({ metadata }) => metadata.name === gateway.metadata.name);
    expect(service?.spec.ports.map(({ targetPort }) => targetPort)).toEqual(['http']);
    const policy = ofKind('NetworkPolicy').find(({ metadata }) => metadata.name === gateway.metadata.name);
    expect(policy?.spec.ingress.flatMap((rule) => rule.ports)).toEqual([{ port }]);
  });

  test('is asked at paths that it has', async () => {
    const { url } = await startTinyServer();
    const probes = [main.startupProbe, main.livenessProbe, main.readinessProbe];
    for (const { httpGet } of probes.flatMap((each) => each ?? [])) {
      expect([httpGet?.port, (await fetch(`${url}${httpGet?.path}`)).status]).toEqual(['http', 200]);
    }
    expect(main.readinessProbe.httpGet?.path).toBe('/readyz');
  });

  test('has time to drain and to stop', async () => {
    const { drainSeconds } = (await config()).server;
    const { periodSeconds, failureThreshold } = main.readinessProbe;
    expect(drainSeconds).toBeGreaterThan(periodSeconds * failureThreshold);
    // `stop` of src/gateway.ts takes 30 s at most.
    expect(terminationGracePeriodSeconds).toBeGreaterThan(30);
  });
});
