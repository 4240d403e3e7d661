import { segmentReadings } from '../../base/path-readings.ts'
import type { Config } from '../../config/schema.ts'
import { parseExternalUrl } from '../../model/external-url.ts'
import { servicePrefix } from '../../model/service.ts'

/** Where browsers find a service with `forward_auth`, and all that is below. */
export interface ServicePlace {
  service: string
  origin: string
  /** Begins with `/` and ends without, but for `/` itself. */
  path: string
  /** Whether it is behind the gateway: `services/…`. */
  own: boolean
}

/** An address below a place. */
export interface PlacedUrl {
  place: ServicePlace
  url: URL
}

/** Visible ASCII as browsers and proxies send it; a backslash or `#` is read in more ways than one. */
const ABSOLUTE =
  /^(https?:\/\/[A-Za-z0-9.[\]:_-]+)(\/[\x21\x22\x24-\x3e\x40-\x5b\x5d-\x7e]*)?(\?[\x21\x22\x24-\x5b\x5d-\x7e]*)?$/i
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const CONTROL = /[\u0000-\u001f\u007f]/
const MAX_LENGTH = 16 * 1024

/**
 * @param ownOrigin under which browsers know the gateway itself; undefined when that is not known
 */
function placesOf(config: Config, ownOrigin: string | undefined): ServicePlace[] {
  return config.services.flatMap(({ name: service, url, forward_auth }) => {
    if (forward_auth === undefined) return []
    const own = servicePrefix(config.base_url, service).slice(0, -1)
    const isOwn = url !== undefined && ownOrigin !== undefined
    const external = forward_auth.external_urls.flatMap((text) => parseExternalUrl(text) ?? [])
    return [
      ...(isOwn ? [{ service, origin: ownOrigin, path: own, own: true }] : []),
      ...external.map(({ origin, path }) => ({ service, origin, path, own: false })),
    ]
  })
}

const segmentsOf = (path: string): string[] => path.split('/').filter((segment) => segment !== '')

/** The place with the longest path that the segments are below, whole segments compared. */
function placeOf(
  places: readonly ServicePlace[],
  segments: readonly string[],
): ServicePlace | undefined {
  let best: { place: ServicePlace; length: number } | undefined
  for (const place of places) {
    const prefix = segmentsOf(place.path)
    const isBelow = prefix.every((segment, i) => segments[i] === segment)
    if (isBelow && (best === undefined || prefix.length > best.length)) {
      best = { place, length: prefix.length }
    }
  }
  return best?.place
}

/**
 * Which service an address is of. Every reading of its path must lead to the same place (threats.md
 * P1): a proxy and a service that decode or merge in another order see no other service than we.
 * @param text an absolute URL
 * @param ownOrigin as for the gateway's own `services/…`; undefined when it is not known
 * @returns undefined for an address of no service, and for one that is ambiguous or malformed
 */
export function placedUrl(
  config: Config,
  ownOrigin: string | undefined,
  text: string,
): PlacedUrl | undefined {
  const parts = text.length > MAX_LENGTH ? null : ABSOLUTE.exec(text)
  const url = parts === null ? null : URL.parse(text)
  if (parts === null || url === null) return undefined
  const there = placesOf(config, ownOrigin).filter(({ origin }) => origin === url.origin)
  const readings = segmentReadings(parts[2] ?? '/') ?? []
  if (readings.flat().some((segment) => CONTROL.test(segment))) return undefined
  const [place, ...others] = readings.map((segments) => placeOf(there, segments))
  if (place === undefined || others.some((other) => other !== place)) return undefined
  return { place, url }
}

/** All places of one service, that behind the gateway first. */
export function placesOfService(
  config: Config,
  ownOrigin: string | undefined,
  service: string,
): ServicePlace[] {
  return placesOf(config, ownOrigin).filter((place) => place.service === service)
}

/** Where a service begins: behind the gateway, or else where another proxy has it. */
export function homeOf(config: Config, ownOrigin: string, service: string): PlacedUrl | undefined {
  const [place] = placesOfService(config, ownOrigin, service)
  if (place === undefined) return undefined
  const path = place.path === '/' ? place.path : `${place.path}/`
  return { place, url: new URL(path, place.origin) }
}
