/** The mark: two lines that rhyme. */
export function Mark({ size = 16 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 16 16" fill="var(--accent)" aria-hidden="true">
      <rect x="1" y="3" width="11" height="4" rx="1" />
      <rect x="4" y="9" width="11" height="4" rx="1" />
    </svg>
  )
}
