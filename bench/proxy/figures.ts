import { median, percentile } from '../figures.ts'
import type { Cell } from './cells.ts'
import type { SubjectKey } from './subject.ts'

/** What one subject reached in one cell, by round. */
export interface Figures {
  /** Per second, in the cell's unit. */
  rates: number[]
  /** Seconds of the subject's processes for 1,000 requests or messages. */
  cpu: number[]
  /** How many cores the subject's processes kept busy. */
  cores: number[]
  /** Of each round, the median and the 99th percentile of the delays in milliseconds. */
  p50: number[]
  p99: number[]
}

/** What is written in a table: medians of the rounds. */
export interface Medians {
  rate: number
  cpu: number
  cores: number
  p50: number
  p99: number
}

/** Memory of one subject, by round. */
export interface MemoryFigures {
  /** MiB. */
  idle: number[]
  after: number[]
  /** KiB for each idle WebSocket. */
  perSocket: number[]
}

/** All that is measured. */
export class Results {
  readonly #cells = new Map<string, Figures>()
  readonly memory = new Map<SubjectKey, MemoryFigures>()

  add(cell: Cell, subject: SubjectKey, round: Round): void {
    const key = `${cell.key} ${subject}`
    const figures = this.#cells.get(key) ?? { rates: [], cpu: [], cores: [], p50: [], p99: [] }
    this.#cells.set(key, figures)
    const count = round.latencies.length
    const perSecond = (count * 1_000) / round.elapsedMs
    const sorted = round.latencies.toSorted()
    figures.rates.push(cell.unit === 'MB' ? perSecond * cell.megabytes : perSecond)
    figures.cpu.push((round.cpuSeconds * 1_000) / count)
    figures.cores.push((round.cpuSeconds * 1_000) / round.elapsedMs)
    figures.p50.push(percentile([...sorted], 0.5))
    figures.p99.push(percentile([...sorted], 0.99))
  }

  /** Undefined where it was not measured. */
  of(cell: string, subject: SubjectKey): Medians | undefined {
    const figures = this.#cells.get(`${cell} ${subject}`)
    if (figures === undefined) return undefined
    const { rates, cpu, cores, p50, p99 } = figures
    return {
      rate: median(rates),
      cpu: median(cpu),
      cores: median(cores),
      p50: median(p50),
      p99: median(p99),
    }
  }

  memoryOf(subject: SubjectKey): MemoryFigures {
    const figures = this.memory.get(subject) ?? { idle: [], after: [], perSocket: [] }
    this.memory.set(subject, figures)
    return figures
  }
}

/** One cell of one subject in one round. */
export interface Round {
  elapsedMs: number
  latencies: Float64Array
  cpuSeconds: number
}
