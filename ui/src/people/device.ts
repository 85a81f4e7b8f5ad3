const programs = [
  [/\bEdg\//, "Edge"],
  [/\bOPR\//, "Opera"],
  [/\bFirefox\//, "Firefox"],
  [/\b(HeadlessChrome|Chrome|Chromium)\//, "Chrome"],
  [/\bSafari\//, "Safari"],
] as const

const systems = [
  [/Android/, "Android"],
  [/iPhone|iPad/, "iOS"],
  [/Windows/, "Windows"],
  [/Mac OS X|Macintosh/, "macOS"],
  [/CrOS/, "ChromeOS"],
  [/Linux/, "Linux"],
] as const

/** What a log-in was made with, as far as its User-Agent tells: "Firefox, Linux", else its first word. */
export function device(agent: string): string {
  const program = programs.find(([sign]) => sign.test(agent))?.[1]
  const system = systems.find(([sign]) => sign.test(agent))?.[1]
  if (!program) return agent.split(" ", 1)[0] ?? ""
  return system ? `${program}, ${system}` : program
}
