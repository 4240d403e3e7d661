// A CPU profile as a flame graph and a table: node flame.ts PROFILE.cpuprofile OUT.svg [TITLE]
import { writeFileSync } from 'node:fs'
import { printMarkdown } from '../figures.ts'
import type { Frame } from './frames.ts'
import { allFrames, readFrames } from './frames.ts'

const WIDTH = 1200
const ROW = 16
/** Narrower frames are not drawn; pixels. */
const LEAST = 1.2
const COLORS: [place: RegExp, color: string][] = [
  [/^write\(2\)/, '#c9a0a0'],
  [/^src\/(?:edge|auth|store|hub)\//, '#7fb77e'],
  [/^src\/proxy\//, '#f0b357'],
  [/^node$/, '#a9c1d9'],
]

const escaped = (text: string): string =>
  text.replace(/[&<>"]/g, (char) => `&#${char.charCodeAt(0)};`)

function draw(frame: Frame, x: number, depth: number, scale: number, rows: string[][]): void {
  const width = frame.total * scale
  if (width < LEAST) return
  const color = COLORS.find(([place]) => place.test(frame.place))?.[1] ?? '#d0d0d0'
  const share = ((frame.total * scale * 100) / WIDTH).toFixed(1)
  const title = escaped(`${frame.name} ${frame.place} ${share} %`)
  const letters = Math.floor((width - 4) / 6.2)
  const label = letters < 3 ? '' : escaped(frame.name.slice(0, letters))
  const y = depth * ROW
  rows[depth] ??= []
  rows[depth].push(
    `<g><title>${title}</title><rect x="${x.toFixed(1)}" y="${y}" width="${(width - 0.4).toFixed(1)}" height="${ROW - 1}" fill="${color}"/>` +
      (label === '' ? '' : `<text x="${(x + 2).toFixed(1)}" y="${y + 11.5}">${label}</text>`) +
      '</g>',
  )
  let left = x
  for (const child of [...frame.children.values()].sort((a, b) => b.total - a.total)) {
    draw(child, left, depth + 1, scale, rows)
    left += child.total * scale
  }
}

function svgOf(root: Frame, title: string): string {
  const rows: string[][] = []
  draw(root, 0, 0, WIDTH / root.total, rows)
  const height = rows.length * ROW
  const size = `viewBox="0 0 ${WIDTH} ${height}" font-family="monospace" font-size="10"`
  const named = `<title>${escaped(title)}</title>`
  return `<svg xmlns="http://www.w3.org/2000/svg" ${size}>\n${named}\n${rows.flat().join('\n')}\n</svg>\n`
}

/** Shares of all time by a word for each frame, greatest first. */
function shares(root: Frame, wordOf: (frame: Frame) => string, most: number): string[][] {
  const sums = new Map<string, number>()
  for (const frame of allFrames(root)) {
    const word = wordOf(frame)
    sums.set(word, (sums.get(word) ?? 0) + frame.self)
  }
  return [...sums]
    .sort(([, a], [, b]) => b - a)
    .slice(0, most)
    .map(([word, self]) => [word, ((100 * self) / root.total).toFixed(1)])
}

const folderOf = ({ name, place }: Frame): string => {
  if (name === '(garbage collector)') return name
  return /^(src\/(?:proxy\/upstream|\w+))/.exec(place)?.[1] ?? place
}

const [profile = '', out = '', title = 'Where the time of a forwarded request goes'] =
  process.argv.slice(2)
const root = readFrames(profile)
writeFileSync(out, svgOf(root, title))
printMarkdown('By place', ['place', 'self %'], shares(root, folderOf, 12))
const functionOf = ({ name, place }: Frame): string => `\`${name}\` ${place}`
printMarkdown('By function', ['function', 'self %'], shares(root, functionOf, 20))
