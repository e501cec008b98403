import { asBoolean, asJson, asObjects, asText, asTexts } from '../fields.ts';
import { any, type Kind, many, one } from './kind.ts';
import { kubernetesServicePort } from './parts.ts';

/** Containers and Kubernetes. */
export const containers = {
  ContainerEvidence: {
    fields: {
      containerId: asText('containerId'),
      name: asText('name'),
      command: asTexts('command'),
      args: asTexts('args'),
      isPrivileged: asBoolean('isPrivileged'),
    },
    inside: {
      image: one('image', 'ContainerImageEvidence'),
      pod: one('pod', 'KubernetesPodEvidence'),
    },
  },
  ContainerImageEvidence: {
    fields: {
      imageId: asText('imageId'),
    },
    inside: {
      digestImage: one('digestImage', 'ContainerImageEvidence'),
      containerRegistry: one('registry', 'ContainerRegistryEvidence'),
    },
  },
  ContainerRegistryEvidence: {
    fields: {
      registry: asText('registry'),
    },
  },
  KubernetesClusterEvidence: {
    fields: {
      name: asText('name'),
      platform: asText('platform'),
      distribution: asText('distribution'),
      version: asText('version'),
    },
    inside: {
      cloudResource: any('cloudResource'),
    },
  },
  KubernetesControllerEvidence: {
    fields: {
      name: asText('name'),
      controllerType: asText('type'),
      labels: asJson('labels'),
    },
    inside: {
      namespace: one('namespace', 'KubernetesNamespaceEvidence'),
    },
  },
  KubernetesNamespaceEvidence: {
    fields: {
      name: asText('name'),
      labels: asJson('labels'),
    },
    inside: {
      cluster: one('cluster', 'KubernetesClusterEvidence'),
    },
  },
  KubernetesPodEvidence: {
    fields: {
      name: asText('name'),
      labels: asJson('labels'),
    },
    inside: {
      namespace: one('namespace', 'KubernetesNamespaceEvidence'),
      podIp: one('podIp', 'IpEvidence'),
      controller: one('controller', 'KubernetesControllerEvidence'),
      serviceAccount: one('serviceAccount', 'KubernetesServiceAccountEvidence'),
      containers: many('containers', 'ContainerEvidence'),
      initContainers: many('initContainers', 'ContainerEvidence'),
      ephemeralContainers: many('ephemeralContainers', 'ContainerEvidence'),
    },
  },
  KubernetesSecretEvidence: {
    fields: {
      name: asText('name'),
      secretType: asText('secretType'),
    },
    inside: {
      namespace: one('namespace', 'KubernetesNamespaceEvidence'),
    },
  },
  KubernetesServiceEvidence: {
    fields: {
      name: asText('name'),
      labels: asJson('labels'),
      serviceType: asText('serviceType'),
      servicePorts: asObjects(kubernetesServicePort, 'servicePorts'),
      selector: asJson('selector'),
    },
    inside: {
      namespace: one('namespace', 'KubernetesNamespaceEvidence'),
      clusterIp: one('clusterIP', 'IpEvidence'),
      externalIps: many('externalIPs', 'IpEvidence'),
    },
  },
  KubernetesServiceAccountEvidence: {
    fields: {
      name: asText('name'),
    },
    inside: {
      namespace: one('namespace', 'KubernetesNamespaceEvidence'),
    },
  },
} as const satisfies Readonly<Record<string, Kind>>;
