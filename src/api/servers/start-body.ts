import type { JsonObject } from '../../model/json.ts'

/** The display name and the options that the body of a start has, in either of its forms. */
export function optionsOf(body: Record<string, unknown> = {}): {
  displayName?: string | undefined
  userOptions: JsonObject | null
} {
  const given = 'display_name' in body || 'user_options' in body
  // An empty object is what clients send who mean "as last time".
  if (!given) return { userOptions: Object.keys(body).length === 0 ? null : (body as JsonObject) }
  const { display_name, user_options } = body as {
    display_name?: string
    user_options?: JsonObject | null
  }
  return { displayName: display_name, userOptions: user_options ?? null }
}
