/** What `{name}` stands for in `spawner.cmd`, `args` and `environment` (design.md §8). */
export interface Placeholders {
  port: string
  ip: string
  /** The server's own prefix, `/user/ada/`. */
  base_url: string
  username: string
  /** Empty for the default server. */
  servername: string
  /** The server's secret. */
  token: string
}

const PATTERN = /\{(port|ip|base_url|username|servername|token)\}/g

/** Fills the placeholders in, once: what a value contains is not looked at again. Other braces stay. */
export function fillPlaceholders(text: string, values: Placeholders): string {
  return text.replace(PATTERN, (_, name: keyof Placeholders) => values[name])
}
