/** What a link carries behind its #, where no server and no log sees it: one-time tokens. */
export function fragment(): URLSearchParams {
  return new URLSearchParams(location.hash.slice(1))
}
