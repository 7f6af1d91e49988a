import { Button } from "@vestibule/ui";
import { Component, type ReactNode } from "react";
import { commonWords } from "../words/common-words.ts";
import { CannotStart } from "./cannot-start.tsx";

interface LoadGuardProps {
  readonly locale: "en" | "es";
  readonly children: ReactNode;
}

/**
 * Stands around the app: its later parts are fetched when they are wanted, and a phone may be without
 * a network then. Without this the page would go blank at a door.
 */
export class LoadGuard extends Component<LoadGuardProps, { readonly failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError(): { readonly failed: boolean } {
    return { failed: true };
  }

  override render(): ReactNode {
    const { locale, children } = this.props;
    if (!this.state.failed) return children;
    const again = (): void => window.location.reload();
    return (
      <CannotStart locale={locale} why="load">
        <Button tone="primary" wide onClick={again}>
          {commonWords(locale).tryAgain}
        </Button>
      </CannotStart>
    );
  }
}
