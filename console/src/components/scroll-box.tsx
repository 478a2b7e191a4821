import type { ComponentPropsWithRef } from "react";

interface ScrollBoxProps extends ComponentPropsWithRef<"div"> {
  /** Names the box for those who reach it by keyboard. */
  label: string;
}

/** A named box that scrolls by itself, so that the page does not; it can be reached and scrolled by keyboard. */
export function ScrollBox({ label, className = "scroll-box", children, ...rest }: ScrollBoxProps) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: the role keeps one element for code, logs and tables
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <div className={className} role="region" aria-label={label} tabIndex={0} {...rest}>
      {children}
    </div>
  );
}
