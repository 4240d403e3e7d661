import { Registry } from 'prom-client'
import type { Instruments } from '../../src/metrics/instruments.ts'
import { openInstruments } from '../../src/metrics/instruments.ts'

/** The samples of a scrape by name and labels, as they are written. */
export function samplesOf(text: string): Map<string, number> {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  return new Map(
    lines.map((line) => {
      const end = line.lastIndexOf(' ')
      return [line.slice(0, end), Number(line.slice(end + 1))]
    }),
  )
}

/** JupyterHub's histograms in a registry of their own, and what they count now. */
export function openMeasured(): {
  instruments: Instruments
  samples: () => Promise<Map<string, number>>
} {
  const registry = new Registry()
  const instruments = openInstruments(registry)
  return { instruments, samples: async () => samplesOf(await registry.metrics()) }
}
