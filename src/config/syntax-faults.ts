import type { ErrorCode } from 'yaml'

/** The parser's own messages may quote the file, and with it secrets; these do not. */
const MESSAGES: Partial<Record<ErrorCode, string>> = {
  TAB_AS_INDENT: 'a tab cannot be used for indentation; use spaces',
  BAD_INDENT: 'the indentation does not fit the lines above; is a bracket or quote left open?',
  MISSING_CHAR: 'a bracket, quote, comma, colon or space is missing',
  BAD_DQ_ESCAPE: 'an unknown escape inside double quotes',
  BAD_SCALAR_START: 'a value cannot begin with this character; put it in quotes',
  BAD_ALIAS: 'this alias cannot be used here',
  BLOCK_AS_IMPLICIT_KEY: 'a mapping or list cannot begin here; is the indentation right?',
  MULTILINE_IMPLICIT_KEY:
    'a key must be on one line; is a colon missing, or the indentation wrong?',
  NON_STRING_KEY: 'a key must be text',
  MULTIPLE_DOCS: 'only one document is allowed; remove the line ---',
  TAG_RESOLVE_FAILED: 'tags (words that begin with !) mean nothing here; put the text in quotes',
}

/** What is wrong with the YAML, without a word of its content. */
export function syntaxFault(code: ErrorCode): string {
  return `not valid YAML: ${MESSAGES[code] ?? 'this cannot be understood here'}`
}
