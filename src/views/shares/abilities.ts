interface Ability {
  /** In a list: `may open it`. */
  words: string
  /** On its own. */
  sentence: string
}

/** What the scopes about servers come to for the one server that is shared. */
const ABILITIES: Readonly<Record<string, Ability>> = {
  'access:servers': {
    words: 'open it',
    sentence: 'Open it, and use all that runs in it: files, notebooks and terminals.',
  },
  'read:servers': { words: 'see it', sentence: 'See whether it runs.' },
  'start:servers': { words: 'start it', sentence: 'Start it when it is stopped.' },
  'delete:servers': { words: 'stop and delete it', sentence: 'Stop and delete it.' },
  servers: { words: 'start, stop and delete it', sentence: 'Start, stop and delete it.' },
}

/**
 * What a scope lets somebody do with the one server that is shared, in a few words.
 * @param scope without a filter
 * @param description what the scope is for elsewhere, for those that are not about servers
 */
export function abilityText(scope: string, description: string | undefined): string {
  return ABILITIES[scope]?.words ?? description ?? scope
}

/** The same in a sentence. */
export function abilitySentence(scope: string, description: string | undefined): string {
  return ABILITIES[scope]?.sentence ?? description ?? scope
}

const LIST = new Intl.ListFormat('en')

/** `open it and start it` */
export function listText(words: readonly string[]): string {
  return LIST.format(words)
}
