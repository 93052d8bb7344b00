/** API objects as they are on the wire, typed: client-node's generated models with times as strings. Types alone; nothing of it runs. */
import type * as models from '@kubernetes/client-node';
import type { KubeObject, ObjectMeta } from '../apimachinery/meta/object.ts';

/** The generator renames fields that are keywords somewhere. */
type FieldName<K> = K extends `_${infer Name}` ? Name : K;

/** A generated model as JSON has it. */
export type Wire<T> = T extends Date
  ? string
  : T extends ReadonlyArray<infer Item>
    ? Array<Wire<Item>>
    : T extends object
      ? { [K in keyof T as FieldName<K>]: Wire<T[K]> }
      : T;

/** What every stored object has beyond its own fields. */
type Stored<T> = Omit<Wire<T>, 'metadata' | 'apiVersion' | 'kind'> & {
  apiVersion?: string;
  kind?: string;
  metadata: ObjectMeta;
};

/** An object of which only the metadata is held. */
export type PartialObject = Pick<KubeObject, 'apiVersion' | 'kind' | 'metadata'>;

export type Pod = Stored<models.V1Pod>;
export type PodSpec = Wire<models.V1PodSpec>;
export type PodStatus = Wire<models.V1PodStatus>;
export type Container = Wire<models.V1Container>;
export type PodTemplateSpec = Wire<models.V1PodTemplateSpec>;
export type Node = Stored<models.V1Node>;
export type Namespace = Stored<models.V1Namespace>;
export type Service = Stored<models.V1Service>;
export type ServiceAccount = Stored<models.V1ServiceAccount>;
export type ConfigMap = Stored<models.V1ConfigMap>;
export type Secret = Stored<models.V1Secret>;
export type Endpoints = Stored<models.V1Endpoints>;
export type EndpointSlice = Stored<models.V1EndpointSlice>;
export type PersistentVolume = Stored<models.V1PersistentVolume>;
export type PersistentVolumeClaim = Stored<models.V1PersistentVolumeClaim>;
export type ReplicationController = Stored<models.V1ReplicationController>;
export type ResourceQuota = Stored<models.V1ResourceQuota>;
export type Deployment = Stored<models.V1Deployment>;
export type ReplicaSet = Stored<models.V1ReplicaSet>;
export type StatefulSet = Stored<models.V1StatefulSet>;
export type DaemonSet = Stored<models.V1DaemonSet>;
export type ControllerRevision = Stored<models.V1ControllerRevision>;
export type Job = Stored<models.V1Job>;
export type CronJob = Stored<models.V1CronJob>;
export type PodDisruptionBudget = Stored<models.V1PodDisruptionBudget>;
export type HorizontalPodAutoscaler = Stored<models.V2HorizontalPodAutoscaler>;
export type Scale = Stored<models.V1Scale>;
export type ClusterRole = Stored<models.V1ClusterRole>;
export type ServiceCidr = Stored<models.V1ServiceCIDR>;
export type IpAddress = Stored<models.V1IPAddress>;
export type CertificateSigningRequest = Stored<models.V1CertificateSigningRequest>;
export type StorageClass = Stored<models.V1StorageClass>;
export type VolumeAttributesClass = Stored<models.V1VolumeAttributesClass>;
export type CsiNode = Stored<models.V1CSINode>;
export type CsiDriver = Stored<models.V1CSIDriver>;
export type CsiStorageCapacity = Stored<models.V1CSIStorageCapacity>;
export type VolumeAttachment = Stored<models.V1VolumeAttachment>;
export type PriorityClass = Stored<models.V1PriorityClass>;
export type RuntimeClass = Stored<models.V1RuntimeClass>;
export type Lease = Stored<models.V1Lease>;
export type EventsV1Event = Stored<models.EventsV1Event>;
export type CoreV1Event = Stored<models.CoreV1Event>;
export type ResourceClaim = Stored<models.ResourceV1ResourceClaim>;
export type DeviceClass = Stored<models.V1DeviceClass>;
export type ResourceSlice = Stored<models.V1ResourceSlice>;
export type ResourceClaimTemplate = Stored<models.V1ResourceClaimTemplate>;
export type ValidatingAdmissionPolicy = Stored<models.V1ValidatingAdmissionPolicy>;
export type StorageVersionMigration = Stored<models.V1beta1StorageVersionMigration>;
export type PodCertificateRequest = Stored<models.V1beta1PodCertificateRequest>;
export type ClusterTrustBundle = Stored<models.V1beta1ClusterTrustBundle>;
export type CustomResourceDefinition = Stored<models.V1CustomResourceDefinition>;
export type ApiService = Stored<models.V1APIService>;
export type Condition = Wire<models.V1Condition>;
export type ObjectReference = Wire<models.V1ObjectReference>;
