/** The product's mark: a desk bell. */
export function Mark({ size }: { size: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="9" fill="#4b4fd9" />
      <path d="M9 18.5a7 7 0 0 1 14 0" fill="none" stroke="#fff" strokeWidth="2.6" strokeLinecap="round" />
      <path d="M7.5 22.5h17" stroke="#fff" strokeWidth="2.6" strokeLinecap="round" />
      <circle cx="16" cy="8.6" r="1.9" fill="#fff" />
    </svg>
  );
}
