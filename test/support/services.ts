import type { ServiceWish } from '../../src/hub/services/service-changes.ts'

/** What is wished of a service that shall be made: everything by default but what is given. */
export function serviceWish(name: string, given: Partial<ServiceWish> = {}): ServiceWish {
  return {
    name,
    admin: false,
    url: null,
    info: {},
    display: true,
    oauthNoConfirm: false,
    oauthClientId: null,
    oauthRedirectUri: null,
    oauthClientAllowedScopes: [],
    apiToken: null,
    tokenNote: 'for a test',
    ...given,
  }
}
