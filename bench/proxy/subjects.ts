import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { startChp } from './chp.ts'
import { startWithCookie, startWithTokens } from './hubgate.ts'
import { LARGE_BUFFERS, UNBUFFERED } from './nginx.ts'
import { startAskingNginx, startPlainNginx } from './nginx-subjects.ts'
import type { Place, Subject, SubjectKey } from './subject.ts'
import { IDLE_CREDENTIAL } from './subject.ts'

type Start = (place: Place) => Promise<Subject> | Subject

function direct({ routes, backend }: Place): Subject {
  const targets = routes.map(({ user }) => {
    const prefix = `/user/${user}/`
    return { prefix, credential: IDLE_CREDENTIAL, visitorSecret: '', serverSecret: undefined }
  })
  const port = Number(new URL(routes[0]?.url ?? '').port)
  return { key: 'direct', port, guards: false, targets, pids: async () => [backend] }
}

const STARTS: Readonly<Record<SubjectKey, Start>> = {
  direct,
  chp: startChp,
  nginx: (place) => startPlainNginx(place, 'nginx'),
  'nginx-64k': (place) => startPlainNginx(place, 'nginx-64k', UNBUFFERED + LARGE_BUFFERS),
  'nginx-auth': startAskingNginx,
  token: (place) => startWithTokens(place, 'token'),
  cookie: (place) => startWithCookie(place, 'cookie'),
  'token-2': (place) => startWithTokens(place, 'token-2'),
  'cookie-2': (place) => startWithCookie(place, 'cookie-2'),
}

export const SUBJECT_KEYS = Object.keys(STARTS) as SubjectKey[]

/**
 * Those that can lead to many servers: direct there is nothing to look up, nginx has no routes that
 * come and go, and a browser has a cookie for each server, not thousands.
 */
export const WITH_ROUTES: readonly SubjectKey[] = ['chp', 'token']

/** Starts subjects, each with fresh processes and a folder of its own. */
export async function startSubjects(keys: readonly SubjectKey[], place: Place): Promise<Subject[]> {
  const subjects: Subject[] = []
  for (const key of keys) {
    const dir = join(place.dir, key)
    await mkdir(dir)
    subjects.push(await STARTS[key]({ ...place, dir }))
  }
  return subjects
}
