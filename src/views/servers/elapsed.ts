import type { Markup } from '../html.ts'
import { html } from '../html.ts'

/** Seconds as a clock shows them, `2:05`; progress.js counts on in the same way. */
export function clockText(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds))
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`
}

/** How much time has passed, in seconds; with JavaScript it goes on. */
export function elapsed(seconds: number): Markup {
  const whole = Math.max(0, Math.floor(seconds))
  return html`<time id="elapsed" datetime="PT${whole}S" data-seconds="${whole}">${clockText(whole)}</time>`
}
