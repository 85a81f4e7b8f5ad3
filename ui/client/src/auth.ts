/** Tokens of a log-in, for programs and for pages of another origin. */
export interface Tokens {
  access: string
  refresh?: string
}

/** Where tokens are kept; a page may put them into memory, a program into a file. */
export interface TokenStore {
  get(): Tokens | undefined
  set(tokens: Tokens | undefined): void
}

/** Keeps tokens in memory: they end with the page. */
export function memoryTokens(tokens?: Tokens): TokenStore {
  let kept = tokens
  return {
    get: () => kept,
    set: (next) => {
      kept = next
    },
  }
}

/**
 * How requests say who sends them: "cookies" (HTTP-only, set by log-in, for pages of the server's own origin), a store
 * of tokens, or an API key.
 */
export type Auth = "cookies" | { tokens: TokenStore } | { apiKey: string }

/** The value of a cookie that pages may read. */
export function cookie(name: string): string | undefined {
  if (typeof document === "undefined") return undefined
  for (const part of document.cookie.split("; ")) {
    const [key, value] = part.split("=", 2)
    if (key === name) return value
  }
  return undefined
}
