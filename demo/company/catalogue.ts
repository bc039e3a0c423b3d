import type { Criticality } from '@cnapp-slo/model';

/** The company of the demo, as data. Names, accounts and people are invented; `.example` is reserved for that (RFC 2606). */

export const ORGANISATION = 'meridian-goods';
export const MAIL_DOMAIN = 'meridian.example';

export interface Account {
  id: string;
  name: string;
  region: string;
  environment: 'production' | 'staging' | 'development';
}

export const ACCOUNTS = {
  core: { id: '401122334455', name: 'core-production', region: 'eu-central-1', environment: 'production' },
  payments: { id: '402233445566', name: 'payments-production', region: 'eu-central-1', environment: 'production' },
  data: { id: '403344556677', name: 'data-production', region: 'eu-west-1', environment: 'production' },
  staging: { id: '404455667788', name: 'staging', region: 'eu-central-1', environment: 'staging' },
  sandbox: { id: '405566778899', name: 'sandbox', region: 'eu-west-1', environment: 'development' },
} as const satisfies Record<string, Account>;

export interface Cluster {
  name: string;
  account: Account;
}

export const CLUSTERS = {
  core: { name: 'prod-core', account: ACCOUNTS.core },
  payments: { name: 'prod-payments', account: ACCOUNTS.payments },
  staging: { name: 'staging', account: ACCOUNTS.staging },
} as const satisfies Record<string, Cluster>;

export interface Team {
  name: string;
  account: Account;
  cluster: Cluster;
  /** Who is on call, by login. */
  people: readonly string[];
}

type ServiceEntry = [name: string, criticality: Criticality, stores?: 'bucket' | 'database' | 'function'];

export const TEAMS: readonly (Team & { services: readonly ServiceEntry[] })[] = [
  {
    name: 'payments',
    account: ACCOUNTS.payments,
    cluster: CLUSTERS.payments,
    people: ['amara.osei', 'jonas.weber'],
    services: [
      ['payment-gateway', 'c0', 'database'],
      ['ledger', 'c0', 'database'],
      ['fraud-scoring', 'c1', 'bucket'],
      ['payouts', 'c0', 'database'],
      ['invoicing', 'c1', 'bucket'],
    ],
  },
  {
    name: 'checkout',
    account: ACCOUNTS.core,
    cluster: CLUSTERS.core,
    people: ['lea.moreau', 'tomas.novak'],
    services: [
      ['cart', 'c0', 'database'],
      ['checkout-web', 'c0', 'bucket'],
      ['promotions', 'c1', 'function'],
      ['tax', 'c1', 'function'],
      ['gift-cards', 'c2', 'database'],
    ],
  },
  {
    name: 'identity',
    account: ACCOUNTS.core,
    cluster: CLUSTERS.core,
    people: ['priya.nair', 'olek.kowalski'],
    services: [
      ['login', 'c0', 'database'],
      ['sessions', 'c0'],
      ['profile', 'c1', 'bucket'],
      ['consent', 'c1', 'database'],
    ],
  },
  {
    name: 'catalogue',
    account: ACCOUNTS.core,
    cluster: CLUSTERS.core,
    people: ['ines.carvalho', 'ben.fischer'],
    services: [
      ['product-catalogue', 'c1', 'database'],
      ['search', 'c1', 'bucket'],
      ['pricing', 'c0', 'database'],
      ['media', 'c2', 'bucket'],
      ['reviews', 'c3', 'bucket'],
    ],
  },
  {
    name: 'fulfilment',
    account: ACCOUNTS.core,
    cluster: CLUSTERS.core,
    people: ['sofia.lind', 'marek.dvorak'],
    services: [
      ['orders', 'c0', 'database'],
      ['inventory', 'c1', 'database'],
      ['shipping', 'c1', 'function'],
      ['returns', 'c2', 'bucket'],
      ['warehouse-sync', 'c2', 'function'],
    ],
  },
  {
    name: 'data-platform',
    account: ACCOUNTS.data,
    cluster: CLUSTERS.core,
    people: ['yuki.tanaka', 'carlos.mendez'],
    services: [
      ['events-lake', 'c1', 'bucket'],
      ['reporting', 'c2', 'bucket'],
      ['recommendations', 'c2', 'bucket'],
      ['feature-store', 'c2', 'database'],
      ['experiments', 'c3', 'bucket'],
    ],
  },
  {
    name: 'growth',
    account: ACCOUNTS.staging,
    cluster: CLUSTERS.staging,
    people: ['nora.haugen', 'luca.rossi'],
    services: [
      ['newsletter', 'c3', 'function'],
      ['landing-pages', 'c3', 'bucket'],
      ['referrals', 'c3', 'bucket'],
      ['notifications', 'c2', 'function'],
    ],
  },
  {
    name: 'platform',
    account: ACCOUNTS.core,
    cluster: CLUSTERS.core,
    people: ['erik.johansson', 'fatima.alami'],
    services: [
      ['edge-proxy', 'c0'],
      ['image-builder', 'c1', 'bucket'],
      ['secrets-broker', 'c0', 'database'],
      ['observability', 'c2', 'bucket'],
      ['backup', 'c1', 'bucket'],
    ],
  },
  {
    name: 'mobile',
    account: ACCOUNTS.sandbox,
    cluster: CLUSTERS.staging,
    people: ['hana.sato', 'peter.molnar'],
    services: [
      ['mobile-api', 'c1', 'function'],
      ['push-gateway', 'c2', 'bucket'],
      ['app-config', 'c3', 'bucket'],
    ],
  },
];
